// Giving a file or a folder its name, also where that is on another disk than it was put together on.
import {
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  symlinkSync,
} from 'node:fs';
import { reasonOf, shownName } from '../folder/name.ts';
import { below } from '../folder/path.ts';
import { keepAcl } from './acls.ts';

/** Only root can give files away; whose it is then is the user's own. */
export function own(path: Buffer, { uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>): void {
  try {
    chownSync(path, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
  chmodSync(path, mode & 0o7777);
}

/** A copy as it is, in a place where nothing is. */
function copy(from: Buffer, to: Buffer): void {
  const stats = lstatSync(from);
  if (stats.isSymbolicLink()) symlinkSync(readlinkSync(from, 'buffer'), to);
  else if (stats.isDirectory()) {
    mkdirSync(to, { mode: 0o700 });
    for (const name of readdirSync(from, 'buffer')) copy(below(from, name), below(to, name));
  } else copyFileSync(from, to, constants.COPYFILE_EXCL);
  if (!stats.isSymbolicLink()) own(to, stats);
  lutimesSync(to, stats.atime, stats.mtime);
}

function removed(path: Buffer): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

/** Moves it from one disk to another; there, too, it appears whole, and with the ACL of `like`. */
function toOtherDisk(from: Buffer, to: Buffer, like: Buffer | undefined): void {
  const folder = to.subarray(0, to.lastIndexOf('/'));
  const part = below(folder, Buffer.from(`.poolparty-${process.pid}`));
  try {
    // Whose ACL it has is not there yet: until then it is its owner's alone.
    if (like) chmodSync(from, 0o600);
    copy(from, part);
    if (like) keepAcl(part, like);
    renameSync(part, to);
  } catch (error) {
    throw removed(part) ? error : new Error(`${reasonOf(error)}; ${shownName(part)} is left, remove it`);
  }
}

/** `like`: the file whose ACL `from` has, if it has one. */
export function carry(from: Buffer, to: Buffer, like?: Buffer): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    toOtherDisk(from, to, like);
  }
}
