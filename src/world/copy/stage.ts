// Where a copy from a node is put together on this machine: beside its place, and taken away whatever happens.
import { mkdtempSync, rmdirSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { OwnTrouble, PoolError } from '../../pool/failure.ts';
import { reasonOf, shownName } from '../folder/name.ts';
import { below, makeFolder } from '../folder/path.ts';
import { here, isFolder, ownFailure } from './here.ts';
import { Merge } from './merge.ts';
import { checkLeavable, namesIn } from './over.ts';

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
    if (isFolder(path)) openAll(path);
  }
}

/** Returns why not where it cannot be removed. */
function clear(stage: Buffer): string | undefined {
  try {
    openAll(stage);
  } catch {
    // Then it cannot be removed, which says why.
  }
  try {
    rmSync(stage, { recursive: true, force: true });
    return undefined;
  } catch (error) {
    return `${shownName(stage)} cannot be removed: ${reasonOf(error)}; remove it`;
  }
}

const clearAll = (folders: readonly Buffer[]): string | undefined =>
  folders.map(clear).find((left) => left !== undefined);

/** Takes away the folders that were made, as long as nothing is in them. */
function unmake(folder: string, uppermost: string): void {
  try {
    rmdirSync(folder);
    if (folder !== uppermost) unmake(dirname(folder), uppermost);
  } catch {
    // Somebody else uses it.
  }
}

type Fill = (tree: Buffer) => Promise<void>;

/** The same failure, and what comes after it; a bug says only what it is. */
function withMore(error: unknown, more: string | undefined): unknown {
  if (more === undefined || !(error instanceof PoolError)) return error;
  const { code, details } = error;
  return new PoolError(`${error.message}; ${more}`, { code, details, cause: error });
}

/** So many moves take some hundredths of a second, and then a Ctrl-C is heard. */
const MOVES = 200;

async function moveAll(merge: Merge, signal: AbortSignal): Promise<void> {
  let moves = 0;
  for (const _ of merge.steps()) {
    moves += 1;
    if (moves % MOVES === 0) await setImmediate();
    if (signal.aborted) throw new PoolError('interrupted; everything here is as it was');
  }
}

async function stagedIn(folder: string, place: string, fill: Fill, signal: AbortSignal): Promise<void> {
  checkLeavable(folder);
  const { atime, mtime } = here(folder, () => statSync(folder));
  const stage = here(folder, () => mkdtempSync(join(folder, '.poolparty-')));
  const tree = Buffer.from(join(stage, 'tree'));
  const before = { path: Buffer.from(folder), atime, mtime };
  const merge = new Merge(Buffer.from(stage), tree, Buffer.from(place), before);
  try {
    await fill(tree);
    merge.check();
    await moveAll(merge, signal);
  } catch (error) {
    const left = merge.back() ?? clearAll(merge.end());
    merge.resetTimes();
    throw withMore(error, left);
  }
  const left = clearAll(merge.end());
  if (left !== undefined) throw new OwnTrouble(`all was copied, but ${left}`);
}

/** Lets `fill` write at a path of its own, and gives it its name where that went well and was not interrupted. */
export async function staged(place: string, fill: Fill, signal: AbortSignal): Promise<void> {
  const isThere = statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folder = isThere ? place : dirname(place);
  const made = makeHere(folder);
  try {
    await stagedIn(folder, place, fill, signal);
  } catch (error) {
    if (made !== undefined) unmake(folder, made);
    throw error;
  }
}
