// Where a copy from a node is put together on this machine: beside its place, and taken away whatever happens.
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { OwnTrouble } from '../../pool/failure.ts';
import { reasonOf, shownName } from '../folder/name.ts';
import { below, makeFolder } from '../folder/path.ts';
import { carry, own } from './carry.ts';

/** The error of a call of this machine's; no node is to blame for it. */
export const ownFailure = (path: Uint8Array | string, error: unknown): OwnTrouble =>
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

/** The last time that a Date can say, in some 270,000 years, in seconds since 1970. Disks of nodes can say more. */
const LAST = 8.64e12;

/** Of seconds since 1970; NaN, which a Date tells of times that it cannot say, is the last that it can. */
export const dateOf = (seconds: number): Date =>
  new Date((Number.isNaN(seconds) ? LAST : Math.min(Math.max(seconds, -LAST), LAST)) * 1_000);

/** Takes a date: of numbers Node takes those below 0 for now. */
export function setTime(path: Buffer, time: Date): void {
  here(path, () => utimesSync(path, time, time));
}

/** Writes all of it. */
export function writeAll(path: Buffer, file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += here(path, () => writeSync(file, bytes, at));
}

const look = (path: Buffer): Stats | undefined =>
  here(path, () => lstatSync(path, { throwIfNoEntry: false }));

/** What is in a folder of the stage; its own mode may keep even us out, and comes back with the move. */
function namesIn(folder: Buffer): readonly Buffer[] {
  here(folder, () => chmodSync(folder, 0o700));
  return here(folder, () => readdirSync(folder, 'buffer'));
}

const isFolder = (path: Buffer): boolean => look(path)?.isDirectory() ?? false;

/** Throws where nothing new can come into the folder: the system alone knows, so it is tried. */
function checkWritable(folder: Buffer): void {
  const trial = below(folder, Buffer.from(`.poolparty-${process.pid}`));
  here(folder, () => mkdirSync(trial));
  here(folder, () => rmdirSync(trial));
}

/** What is marked as unchangeable (chattr +i) cannot be replaced, even by root; what is merely read-only can. */
function checkReplaceable(file: Buffer): void {
  if (look(file)?.isSymbolicLink()) return;
  try {
    accessSync(file, constants.W_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') throw ownFailure(file, error);
  }
}

/**
 * Throws before anything is moved where something could not go to its place: a folder over a file, a file over a folder,
 * or anything into a folder of others, somewhere below.
 */
function checkOver(from: Buffer, to: Buffer): void {
  const [stats, there] = [look(from), look(to)];
  if (!there) return;
  if (!(stats?.isDirectory() || there.isDirectory())) {
    checkReplaceable(to);
    return;
  }
  if (stats?.isDirectory() !== there.isDirectory())
    throw ownFailure(
      to,
      new Error(`it is ${there.isDirectory() ? 'a folder' : 'no folder'} here, and not on the node`),
    );
  const pairs = namesIn(from).map((name) => [below(from, name), below(to, name)] as const);
  for (const [one, old] of pairs) checkOver(one, old);
  if (!pairs.every((pair) => pair.every(isFolder))) checkWritable(to);
}

/** Nobody moves a folder that he may not write to: its mode comes after it. */
function moveFolder(from: Buffer, to: Buffer, { mode }: Stats): void {
  here(from, () => chmodSync(from, 0o700));
  here(to, () => carry(from, to));
  here(to, () => chmodSync(to, mode & 0o7777));
}

/**
 * Moves what is below `from` to the same names below `to`; folders that are there stay, with what they hold. What is
 * there keeps its owner and its mode, as with scp.
 */
function merge(from: Buffer, to: Buffer): void {
  const [stats, there] = [here(from, () => lstatSync(from)), look(to)];
  if (there?.isDirectory()) for (const name of namesIn(from)) merge(below(from, name), below(to, name));
  else if (stats.isDirectory()) moveFolder(from, to, stats);
  else {
    if (stats.isFile() && there?.isFile()) here(from, () => own(from, there));
    here(to, () => carry(from, to));
  }
}

/** As makeFolder, and the error names the folder that could not be made. */
function makeHere(folder: string): string | undefined {
  try {
    return makeFolder(folder);
  } catch (error) {
    throw ownFailure((error as NodeJS.ErrnoException).path ?? folder, error);
  }
}

/** Folders that nobody may write to hold what is in them. */
function openAll(folder: Buffer): void {
  for (const name of namesIn(folder)) {
    const path = below(folder, name);
    if (look(path)?.isDirectory()) openAll(path);
  }
}

function clear(stage: string): void {
  try {
    openAll(Buffer.from(stage));
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Takes away the folders that were made, as long as nothing is in them. */
function unmake(folder: string, uppermost: string): void {
  try {
    rmdirSync(folder);
    if (folder !== uppermost) unmake(dirname(folder), uppermost);
  } catch {
    // Somebody else uses it.
  }
}

async function stagedIn(folder: string, place: string, fill: (tree: Buffer) => Promise<void>): Promise<void> {
  const stage = here(folder, () => mkdtempSync(join(folder, '.poolparty-')));
  try {
    const [tree, to] = [Buffer.from(join(stage, 'tree')), Buffer.from(place)];
    await fill(tree);
    checkOver(tree, to);
    merge(tree, to);
  } finally {
    clear(stage);
  }
}

/** Lets `fill` write at a path of its own, and gives it its name where that went well. */
export async function staged(place: string, fill: (tree: Buffer) => Promise<void>): Promise<void> {
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folder = isFolder ? place : dirname(place);
  const made = makeHere(folder);
  try {
    await stagedIn(folder, place, fill);
  } catch (error) {
    if (made !== undefined) unmake(folder, made);
    throw error;
  }
}
