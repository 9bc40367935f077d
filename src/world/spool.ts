// Bytes that are kept until they are sent, on disk and not in memory: the file has no name, and goes with the process.
import { closeSync, mkdtempSync, openSync, read, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PoolError } from '../pool/failure.ts';
import { reasonOf } from './folder/name.ts';

/** In bytes. */
const PIECE = 256 * 1024;

/** Bytes that can be read as often as there are nodes to send them to. */
export interface Bulk {
  readonly size: number;
  readonly chunks: () => AsyncIterable<Uint8Array>;
  readonly close: () => void;
}

const readAt = promisify(read);

async function* chunksOf(file: number, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; ) {
    const { buffer, bytesRead } = await readAt(file, Buffer.allocUnsafe(PIECE), 0, PIECE, at);
    if (bytesRead === 0) throw new PoolError('an archive became shorter while it was sent; try again');
    yield buffer.subarray(0, Math.min(bytesRead, size - at));
    at += bytesRead;
  }
}

/** All of an open file, from its beginning; several may read it at once. */
const bulkOf = (file: number, size: number): Bulk => ({
  size,
  chunks: () => chunksOf(file, size),
  close: () => closeSync(file),
});

/** A file that nobody else can open: it is taken out of its folder at once. */
function nameless(): number {
  const folder = mkdtempSync(join(tmpdir(), 'poolparty-'));
  try {
    return openSync(join(folder, 'spool'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a call of the system; `what` is the name of the bytes in its error. */
function kept<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new PoolError(
      `${what} cannot be kept in ${tmpdir()} until it is sent: ${reasonOf(cause)}; make room there, or set TMPDIR to a folder that has some`,
      { code: 2, cause },
    );
  }
}

/** Keeps all of `source`. Throws code 2 where there is no room for it: nothing was sent. */
export async function spool(what: string, source: AsyncIterable<Uint8Array>): Promise<Bulk> {
  const file = kept(what, nameless);
  let size = 0;
  for await (const chunk of source)
    for (let at = 0; at < chunk.length; ) {
      const count = kept(what, () => writeSync(file, chunk, at, chunk.length - at, size));
      at += count;
      size += count;
    }
  return bulkOf(file, size);
}
