// Where a copy from a node is put together on this machine: beside its place, and taken away whatever happens.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Kind } from '../../plans/copy.ts';
import { OwnTrouble, ownUsage } from '../../pool/failure.ts';
import { reasonOf, shownName } from '../folder/name.ts';

/** The error of a call of this machine's; no node is to blame for it. */
const ownFailure = (path: Uint8Array | string, error: unknown): OwnTrouble =>
  error instanceof OwnTrouble
    ? error
    : new OwnTrouble(
        `cannot write ${shownName(Buffer.from(path as string))} here: ${reasonOf(error)}; mend that or choose another dest=, and copy again`,
        { cause: error },
      );

/** Runs a call about `path`. */
export function here<T>(path: Uint8Array | string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw ownFailure(path, error);
  }
}

/** As scp does: into a folder that is there, else under the new name. Throws code 2 where it cannot be written to. */
export function placeFor(kind: Kind, from: string, dest: string): string {
  const isFolder = dest.endsWith('/') || statSync(dest, { throwIfNoEntry: false })?.isDirectory();
  const asked = resolve(isFolder ? join(dest, basename(from)) : dest);
  const place = existsSync(asked) ? realpathSync(asked) : asked;
  const stats = statSync(place, { throwIfNoEntry: false });
  if (stats && !stats.isDirectory() && !stats.isFile())
    throw ownUsage(`${place} is neither a file nor a folder; choose another dest=`);
  if (stats && stats.isDirectory() !== (kind === 'folder'))
    throw ownUsage(
      `${place} is a ${stats.isDirectory() ? 'folder' : 'file'} here, and not on the node; choose another dest=`,
    );
  return place;
}

/** Moves what is below `from` to the same names below `to`; folders that are there stay, with what they hold. */
function merge(from: Buffer, to: Buffer): void {
  const there = here(to, () => lstatSync(to, { throwIfNoEntry: false }));
  const isFolder = here(from, () => lstatSync(from)).isDirectory();
  if (!there || (!isFolder && !there.isDirectory())) {
    here(to, () => renameSync(from, to));
    return;
  }
  if (!isFolder || !there.isDirectory())
    throw ownFailure(
      to,
      new Error(`it is ${there.isDirectory() ? 'a folder' : 'no folder'} here, and not on the node`),
    );
  for (const name of here(from, () => readdirSync(from, 'buffer'))) merge(below(from, name), below(to, name));
}

const SLASH = Buffer.from('/');
export const below = (folder: Buffer, name: Uint8Array): Buffer => Buffer.concat([folder, SLASH, name]);

/** Node's own way to make all folders of a path never ends below /proc. */
function makeFolder(folder: string): void {
  if (here(folder, () => statSync(folder, { throwIfNoEntry: false }))) return;
  makeFolder(dirname(folder));
  here(folder, () => mkdirSync(folder));
}

/** Lets `fill` write at a path of its own, and gives it its name where that went well. */
export async function staged(place: string, fill: (tree: Buffer) => Promise<void>): Promise<void> {
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folder = isFolder ? place : dirname(place);
  makeFolder(folder);
  const stage = here(folder, () => mkdtempSync(join(folder, '.poolparty-')));
  try {
    const tree = Buffer.from(join(stage, 'tree'));
    await fill(tree);
    merge(tree, Buffer.from(place));
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}
