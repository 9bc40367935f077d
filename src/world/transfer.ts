// Files and folders between this machine and a node, as one tar over one ssh channel.
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import tarFs from 'tar-fs';
import { type Kind, lookScript, parseLook, receiveScript, sendScript } from '../plans/copy.ts';
import { PoolError, usageError } from '../pool/failure.ts';
import type { Node } from '../pool/instance.ts';
import type { Output, Remote } from './world.ts';

/** Called with the bytes that went over so far; a tar's own headers count. */
export type OnProgress = (bytes: number) => void;

export interface Transfer {
  readonly remote: Remote;
  readonly node: Node;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

async function localKind(path: string): Promise<Kind> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return 'folder';
  if (found?.isFile()) return 'file';
  throw usageError(`there is no file or folder ${path} here; check src=`);
}

function check(node: Node, what: string, { code, stderr }: Output): void {
  if (code !== 0)
    throw new PoolError(`${node.name} (${node.id}): ${what}: ${stderr.trim() || `code ${code}`}`);
}

/** Only the names below `path` go in, never where it lies here. */
const packed = (kind: Kind, path: string): AsyncIterable<Uint8Array> =>
  (kind === 'folder'
    ? tarFs.pack(path)
    : tarFs.pack(dirname(path), { entries: [basename(path)] })) as AsyncIterable<Uint8Array>;

async function* counted(source: AsyncIterable<Uint8Array>, onProgress: OnProgress) {
  let sum = 0;
  for await (const chunk of source) {
    yield chunk;
    sum += chunk.length;
    onProgress(sum);
  }
}

/** Copies a file or a folder to the node. Throws code 2 where it is not here, 1 where the node refuses it. */
export async function upload({ remote, node, signal, onProgress }: Transfer, src: string, dest: string) {
  const path = resolve(src);
  const kind = await localKind(path);
  const input = counted(packed(kind, path), onProgress);
  const script = receiveScript(kind, basename(path), dest);
  check(
    node,
    `could not copy to ${dest}`,
    await remote.run(node, script, { input, signal, timeout: Number.POSITIVE_INFINITY }),
  );
}

/** As scp does: into a folder that is there, else under the new name. */
async function target(from: string, dest: string): Promise<string> {
  const inside = dest.endsWith('/') || (await stat(dest).catch(() => undefined))?.isDirectory();
  return resolve(inside ? join(dest, basename(from)) : dest);
}

const unpacked = (kind: Kind, path: string) =>
  kind === 'folder'
    ? tarFs.extract(path)
    : tarFs.extract(dirname(path), { map: (header) => ({ ...header, name: basename(path) }) });

/** Copies a file or a folder from the node; returns where it is now. Throws code 1 where it is not there. */
export async function download({ remote, node, signal, onProgress }: Transfer, from: string, dest: string) {
  const look = await remote.run(node, lookScript(from), { signal });
  check(node, `could not copy ${from}`, look);
  const { kind } = parseLook(look.stdout);
  const path = await target(from, dest);
  const pipe = new PassThrough();
  const end = finished(pipe.pipe(unpacked(kind, path)));
  // A copy that broke off is told by the node's own words, not by the half archive that it left.
  end.catch(() => undefined);
  let sum = 0;
  let stderr = '';
  const onChunk = (chunk: Uint8Array, stream: 'stdout' | 'stderr') => {
    if (stream === 'stderr') {
      stderr += Buffer.from(chunk).toString();
      return;
    }
    pipe.write(chunk);
    sum += chunk.length;
    onProgress(sum);
  };
  const options = { signal, onChunk, timeout: Number.POSITIVE_INFINITY };
  const { code } = await remote.run(node, sendScript(kind, from), options).finally(() => pipe.end());
  check(node, `could not copy ${from}`, { code, stderr, stdout: '' });
  await end;
  return path;
}
