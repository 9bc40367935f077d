// One bucket: its contents, and their changes one at a time, each on disk before anybody sees it.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { S3Error } from '../errors.ts';
import { Blobs } from './blobs.ts';
import type { Blob, Contents, Entry } from './contents.ts';
import { Log } from './log.ts';

export class Bucket {
  readonly name: string;
  readonly contents: Contents;
  readonly blobs: Blobs;
  readonly #log: Log;
  #isGone = false;
  /** The end of the last change. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(name: string, contents: Contents, blobs: Blobs, log: Log) {
    this.name = name;
    this.contents = contents;
    this.blobs = blobs;
    this.#log = log;
  }

  static async open(folder: string): Promise<Bucket> {
    const blobs = path.join(folder, 'blobs');
    await mkdir(blobs, { recursive: true });
    const { log, contents } = await Log.open(path.join(folder, 'log.jsonl'));
    const bucket = new Bucket(path.basename(folder), contents, new Blobs(blobs), log);
    await bucket.blobs.sweep(contents.blobs());
    return bucket;
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(() => {
      if (this.#isGone) throw new S3Error('NoSuchBucket');
      return work();
    });
    this.#last = done.catch(() => {});
    return done;
  }

  /** `decide` sees the contents as they are and says what changes, or throws; nothing comes between. */
  change(decide: (contents: Contents) => readonly Entry[]): Promise<void> {
    return this.#alone(async () => {
      const entries = decide(this.contents);
      if (entries.length === 0) return;
      await this.#log.append(entries);
      const unwanted = entries.flatMap((entry) => this.contents.apply(entry));
      await this.blobs.discard(unwanted);
    });
  }

  /** The same with blobs that the change brings in: they are removed where it does not come about. */
  async bring(blobs: readonly Blob[], decide: (contents: Contents) => readonly Entry[]): Promise<void> {
    try {
      await this.change(decide);
    } catch (error) {
      await this.blobs.discard(blobs);
      throw error;
    }
  }

  /** Lets the bucket end by `remove`, unless something is in it. */
  end(remove: () => Promise<void>): Promise<void> {
    return this.#alone(async () => {
      if (this.contents.keys.length > 0) throw new S3Error('BucketNotEmpty');
      await remove();
      this.#isGone = true;
    });
  }
}
