// The objects of S3 on disk: s3rver's own store, made whole where several clients read and write at once.
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checkClaim } from './payload.ts';

interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  content: Readable | Buffer;
  readonly metadata: object;
}

interface Range {
  readonly start?: number;
  readonly end?: number;
}

interface Written {
  readonly size: number;
  readonly md5: string;
}

/** What we use of s3rver's FilesystemStore. */
interface FilesystemStore {
  getResourcePath(bucket: string, key: string | undefined, resource: string): string;
  putMetadata(bucket: string, key: string, metadata: object, md5: string): Promise<void>;
  getObject(bucket: string, key: string, range?: object): Promise<StoredObject | null>;
  putObject(object: StoredObject): Promise<Written>;
  deleteObject(bucket: string, key: string): Promise<void>;
  copyObject(from: string, fromKey: string, to: string, toKey: string, metadata?: object): Promise<object>;
  putPart(bucket: string, upload: string, part: number, content: Readable): Promise<Written>;
  listObjects(bucket: string, options: object): Promise<object>;
  getBucket(bucket: string): Promise<object | null>;
  putBucket(bucket: string): Promise<object | null>;
}

const require = createRequire(import.meta.url);
const Base = require('s3rver/lib/stores/filesystem') as new (directory: string) => FilesystemStore;

/** s3rver takes an end of 0 for none; an object of 0 is true, and is 0 wherever it is counted with. */
const countable = ({ start, end }: Range): object => ({ start, end: end === 0 ? Object(0) : end });

/** Real S3 shows an object whole or not at all, so it is received beside the bucket and then put in its place. */
export class Store extends Base {
  readonly #incoming: string;
  /** The end of the last change or look at each bucket. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(directory: string) {
    super(directory);
    this.#incoming = `${directory}.incoming`;
  }

  /** Nobody sees a file without its metadata: one at a time in each bucket, and only for moments. */
  #alone<T>(bucket: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#last.get(bucket) ?? Promise.resolve()).then(work);
    this.#last.set(
      bucket,
      done.catch(() => undefined),
    );
    return done;
  }

  async #receive(content: Readable | Buffer): Promise<Written & { readonly file: string }> {
    await mkdir(this.#incoming, { recursive: true });
    const file = path.join(this.#incoming, randomUUID());
    const hash = createHash('md5');
    const sha256 = createHash('sha256');
    let size = 0;
    const count = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of source) {
        hash.update(chunk);
        sha256.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    };
    try {
      const source = Buffer.isBuffer(content) ? Readable.from([content]) : content;
      await pipeline(source, count, createWriteStream(file));
      checkClaim(sha256.digest('hex'));
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return { file, size, md5: hash.digest('hex') };
  }

  override getObject(bucket: string, key: string, range?: Range): Promise<StoredObject | null> {
    return this.#alone(bucket, () => super.getObject(bucket, key, range && countable(range)));
  }

  override async putObject({ bucket, key, content, metadata }: StoredObject): Promise<Written> {
    const { file, size, md5 } = await this.#receive(content);
    const place = this.getResourcePath(bucket, key, 'object');
    return this.#alone(bucket, async () => {
      await mkdir(path.dirname(place), { recursive: true });
      await rename(file, place);
      await this.putMetadata(bucket, key, metadata, md5);
      return { size, md5 };
    });
  }

  override async putPart(bucket: string, upload: string, part: number, content: Readable): Promise<Written> {
    const { file, size, md5 } = await this.#receive(content);
    const folder = path.join(this.getResourcePath(bucket, undefined, 'uploads'), upload);
    await mkdir(folder, { recursive: true });
    await rename(file, path.join(folder, String(part)));
    return { size, md5 };
  }

  override deleteObject(bucket: string, key: string): Promise<void> {
    return this.#alone(bucket, () => super.deleteObject(bucket, key));
  }

  /** s3rver would leave the checksum of what stood there before. */
  override copyObject(
    from: string,
    key: string,
    to: string,
    toKey: string,
    metadata?: object,
  ): Promise<object> {
    return this.#alone(to, async () => {
      if (from !== to || key !== toKey)
        await rm(this.getResourcePath(to, toKey, 'object.md5'), { force: true });
      return super.copyObject(from, key, to, toKey, metadata);
    });
  }

  override listObjects(bucket: string, options: object): Promise<object> {
    return this.#alone(bucket, () => super.listObjects(bucket, options));
  }
}
