// Whether what was put together can go over what is there: asked before anything is moved, as far as that can be known.
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  mkdirSync,
  readdirSync,
  rmdirSync,
  type Stats,
  statSync,
} from 'node:fs';
import { shownName } from '../folder/name.ts';
import { below } from '../folder/path.ts';
import { here, isFolder, look, ownFailure } from './here.ts';

/** What is in a folder of the stage; its own mode may keep even us out, and comes back with the move. */
export function namesIn(folder: Buffer): readonly Buffer[] {
  here(folder, () => chmodSync(folder, 0o700));
  return here(folder, () => readdirSync(folder, 'buffer'));
}

const isNotPermitted = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EPERM';

/** What the system shows as the owner where it knows none: not even root may change that. */
const UNKNOWN = 65_534;

/**
 * Throws where things can come into the folder and never leave it (chattr +a), not even a stage. Such a folder does not
 * take its own owner either; whose folder it is can know that, and root.
 */
export function checkLeavable(folder: Buffer | string): void {
  const { uid } = here(folder, () => statSync(folder));
  const me = process.geteuid?.();
  if (me !== uid && (me !== 0 || uid === UNKNOWN)) return;
  try {
    chownSync(folder, uid, -1);
  } catch (error) {
    if (isNotPermitted(error)) throw ownFailure(folder, error);
  }
}

/** Throws where nothing new can come into the folder: the system alone knows, so it is tried. */
function checkWritable(folder: Buffer): void {
  checkLeavable(folder);
  const trial = below(folder, Buffer.from(`.poolparty-${process.pid}`));
  here(folder, () => mkdirSync(trial));
  try {
    rmdirSync(trial);
  } catch (error) {
    throw ownFailure(
      folder,
      new Error(`${shownName(trial)} cannot be removed again: ${(error as Error).message}`),
    );
  }
}

/** What is marked as unchangeable (chattr +i) cannot be replaced, even by root; what is merely read-only can. */
function checkReplaceable(file: Buffer): void {
  if (look(file)?.isSymbolicLink()) return;
  try {
    accessSync(file, constants.W_OK);
  } catch (error) {
    if (isNotPermitted(error)) throw ownFailure(file, error);
  }
}

function kindOf(stats: Stats | undefined): string {
  if (stats?.isSymbolicLink()) return 'a link';
  if (stats?.isDirectory()) return 'a folder';
  return stats?.isFile() ? 'a file' : 'neither a file nor a folder';
}

/** Is told of each folder that is there, before it is tried, and of each file that replaces one. */
export interface OnOver {
  readonly folder: (path: Buffer, stats: Stats) => void;
  readonly file: (from: Buffer, to: Buffer) => void;
}

/**
 * Throws where something could not go to its place: a folder over a file, a file over a folder, or anything into a folder
 * of others, somewhere below.
 */
export function checkOver(from: Buffer, to: Buffer, on: OnOver): void {
  const [stats, there] = [look(from), look(to)];
  if (!there) return;
  if (stats?.isDirectory() !== there.isDirectory())
    throw ownFailure(to, new Error(`it is ${kindOf(there)} here, and ${kindOf(stats)} on the node`));
  if (there.isDirectory()) checkInto(from, to, there, on);
  else checkReplaceable(to);
  if (stats?.isFile() && there.isFile()) on.file(from, to);
}

function checkInto(from: Buffer, to: Buffer, there: Stats, on: OnOver): void {
  on.folder(to, there);
  const pairs = namesIn(from).map((name) => [below(from, name), below(to, name)] as const);
  for (const [one, old] of pairs) checkOver(one, old, on);
  if (!pairs.every((pair) => pair.every(isFolder))) checkWritable(to);
}
