// Keeping what a copy replaces, until nothing can go wrong any more.
import { linkSync, mkdirSync, renameSync, unlinkSync } from 'node:fs';
import { below } from '../folder/path.ts';
import { here, ownFailure } from './here.ts';

const parentOf = (path: Buffer): Buffer => path.subarray(0, path.lastIndexOf('/'));

function folderBeside(path: Buffer): Buffer {
  const folder = below(parentOf(path), Buffer.from(`.poolparty-aside-${process.pid}`));
  here(path, () => mkdirSync(folder, { mode: 0o700 }));
  return folder;
}

/** Whether it is a second name for what is at `path`, which then is never empty. */
function isLinked(path: Buffer, name: Buffer): boolean {
  try {
    linkSync(path, name);
    return true;
  } catch {
    // Disks may know no links, and systems refuse links to files of others.
    return false;
  }
}

/** False where the name would be on another disk. */
function isRenamed(path: Buffer, name: Buffer): boolean {
  try {
    renameSync(path, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EXDEV') return false;
    throw ownFailure(path, error);
  }
}

export class Aside {
  /** One for each disk, the stage's own first. */
  readonly folders: Buffer[];
  #count = 0;

  constructor(stage: Buffer) {
    this.folders = [stage];
  }

  /** Gives what is at `path` another name on its own disk, which it returns. Throws where it cannot be taken away. */
  keep(path: Buffer): Buffer {
    this.#count += 1;
    const found = this.folders
      .map((folder) => nameIn(folder, this.#count))
      .find((name) => isKept(path, name));
    if (found) return found;
    const folder = folderBeside(path);
    this.folders.push(folder);
    const name = nameIn(folder, this.#count);
    if (isKept(path, name)) return name;
    throw ownFailure(path, new Error('it is on a disk of its own'));
  }

  /** Removes what is kept, one by one: a list of all of it would take much memory. */
  forget(): void {
    for (let at = 1; at <= this.#count; at += 1)
      for (const folder of this.folders) unlinked(nameIn(folder, at));
  }
}

const nameIn = (folder: Buffer, count: number): Buffer => below(folder, Buffer.from(`former-${count}`));

function unlinked(path: Buffer): void {
  try {
    unlinkSync(path);
  } catch {
    // It is on another disk; what stays is told where the folder is removed.
  }
}

const isKept = (path: Buffer, name: Buffer): boolean => isLinked(path, name) || isRenamed(path, name);
