// A small file beside others, read as a whole: never a pipe without an end, never all of a disk.
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { isGone } from './walk.ts';

/** In bytes; more than anybody writes by hand. */
const MOST = 1024 * 1024;

/** What no call of the system refuses by itself. */
function check(file: number): void {
  const stats = fstatSync(file);
  if (stats.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  if (!stats.isFile()) throw new Error('it is no file');
  if (stats.size > MOST) throw new Error(`it is bigger than ${MOST / 1024} KiB`);
}

/** Undefined where nothing is there; a link to nothing is something. Throws errors of the system otherwise. */
export function readSmall(path: Buffer): Buffer | undefined {
  let file: number;
  try {
    // Who opens a pipe otherwise waits for somebody who writes into it.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (!isGone(error)) throw error;
    if (lstatSync(path, { throwIfNoEntry: false })) throw new Error('it is a link to nothing');
    return undefined;
  }
  try {
    check(file);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}
