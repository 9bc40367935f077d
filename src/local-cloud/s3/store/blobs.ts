// The files with the bytes of objects: written under names of our own, read in ranges, removed once nobody reads them.
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Blob } from './contents.ts';

export class Blobs {
  readonly #folder: string;
  /** How many read each file just now. */
  readonly #readers = new Map<string, number>();
  /** To be removed when the last reader is done. */
  readonly #unwanted = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  #path(name: string): string {
    return path.join(this.#folder, name);
  }

  /** Writes what `content` yields into a new file; rejects, and leaves none, where it ends with an error. */
  async write(content: AsyncIterable<Buffer>): Promise<Blob> {
    const name = randomUUID();
    let size = 0;
    const count = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of content) {
        size += chunk.length;
        yield chunk;
      }
    };
    try {
      await pipeline(count, createWriteStream(this.#path(name), { flags: 'wx' }));
    } catch (error) {
      await rm(this.#path(name), { force: true });
      throw error;
    }
    return { name, size };
  }

  /** A blob of its own with the same bytes, of this or another bucket, without copying them. */
  async share(from: Blobs, { name, size }: Blob): Promise<Blob> {
    const own = randomUUID();
    await link(from.#path(name), this.#path(own));
    return { name: own, size };
  }

  /** The blobs stay until `release`; both take effect at once. */
  hold(blobs: readonly Blob[]): void {
    for (const { name } of blobs) this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
  }

  release(blobs: readonly Blob[]): void {
    for (const { name } of blobs) {
      const left = (this.#readers.get(name) ?? 1) - 1;
      if (left > 0) this.#readers.set(name, left);
      else this.#readers.delete(name);
      if (left <= 0 && this.#unwanted.delete(name)) void this.#remove(name);
    }
  }

  #remove(name: string): Promise<void> {
    // What cannot be removed now is swept when the bucket is opened next.
    return rm(this.#path(name), { force: true }).catch(() => {});
  }

  async discard(blobs: readonly Blob[]): Promise<void> {
    for (const { name } of blobs) {
      if (this.#readers.has(name)) this.#unwanted.add(name);
      else await this.#remove(name);
    }
  }

  /** The bytes from `start` up to, not including, `end` of the blobs one after the other, which must be held. */
  async *read(blobs: readonly Blob[], start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const { name, size } of blobs) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, size);
      if (from < to) yield* createReadStream(this.#path(name), { start: from, end: to - 1 });
      offset += size;
    }
  }

  /** Removes what a crash left behind: files that are none of these. */
  async sweep(kept: readonly Blob[]): Promise<void> {
    const names = new Set(kept.map(({ name }) => name));
    const there = await readdir(this.#folder);
    for (const name of there.filter((one) => !names.has(one))) await this.#remove(name);
  }
}
