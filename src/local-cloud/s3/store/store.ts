// All buckets, each in a folder below `v1/buckets`; nothing from a request but a checked bucket name becomes a path.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { S3Error } from '../errors.ts';
import { isBucketName } from '../place.ts';
import { Bucket } from './bucket.ts';

/** No bucket of former versions, which stood in the folder itself, has a name as short as this. */
const LAYOUT = 'v1';

async function formerBuckets(folder: string): Promise<string[]> {
  const there = await readdir(folder, { withFileTypes: true });
  return there.filter((one) => one.isDirectory() && one.name !== LAYOUT).map(({ name }) => name);
}

export class Store {
  readonly #folder: string;
  readonly #ready: Promise<void>;
  readonly #open = new Map<string, Promise<Bucket>>();
  #names = new Set<string>();

  /** Keeps everything below `folder`, which is made; `log` hears what of a former version is not served. */
  constructor(folder: string, log: (line: string) => void) {
    this.#folder = path.join(folder, LAYOUT);
    this.#ready = this.#prepare(folder, log);
    // Each request hears of it; that nobody has asked yet is no error of the daemon.
    this.#ready.catch(() => {});
  }

  async #prepare(folder: string, log: (line: string) => void): Promise<void> {
    await mkdir(path.join(this.#folder, 'buckets'), { recursive: true });
    await rm(path.join(this.#folder, 'gone'), { recursive: true, force: true });
    await rm(`${folder}.incoming`, { recursive: true, force: true });
    const former = await formerBuckets(folder);
    if (former.length > 0)
      log(`S3: ${former.length} buckets of a former version are not served; their files are in ${folder}`);
    this.#names = new Set((await readdir(path.join(this.#folder, 'buckets'))).filter(isBucketName));
  }

  /** The one place where a name becomes a path. */
  #path(name: string): string {
    if (!isBucketName(name)) throw new S3Error('InvalidBucketName');
    return path.join(this.#folder, 'buckets', name);
  }

  #opened(name: string): Promise<Bucket> {
    const known = this.#open.get(name);
    if (known) return known;
    const opening = Bucket.open(this.#path(name));
    this.#open.set(name, opening);
    opening.catch(() => this.#open.delete(name));
    return opening;
  }

  /** The bucket, or undefined where there is none. */
  async find(name: string): Promise<Bucket | undefined> {
    await this.#ready;
    return this.#names.has(name) ? await this.#opened(name) : undefined;
  }

  /** Throws NoSuchBucket where there is none. */
  async get(name: string): Promise<Bucket> {
    const found = await this.find(name);
    if (!found) throw new S3Error('NoSuchBucket');
    return found;
  }

  /** All buckets by name. */
  async all(): Promise<Bucket[]> {
    await this.#ready;
    return Promise.all([...this.#names].sort().map((name) => this.#opened(name)));
  }

  /** Makes a bucket that is not there yet. */
  async make(name: string, region: string, created: string): Promise<void> {
    await this.#ready;
    this.#path(name);
    this.#names.add(name);
    const bucket = await this.#opened(name);
    await bucket.change(() => [{ do: 'bucket', region, created }]);
  }

  /** Throws NoSuchBucket or BucketNotEmpty. */
  async remove(name: string): Promise<void> {
    const bucket = await this.get(name);
    const gone = path.join(this.#folder, 'gone', randomUUID());
    await bucket.end(async () => {
      await mkdir(path.dirname(gone), { recursive: true });
      await rename(this.#path(name), gone);
      this.#names.delete(name);
      this.#open.delete(name);
    });
    await rm(gone, { recursive: true, force: true });
  }
}
