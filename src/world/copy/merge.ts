// Moving what was put together to its place on this machine, so that it can be put back as long as it is not whole.
import { chmodSync, lstatSync, renameSync, rmSync, type Stats, utimesSync } from 'node:fs';
import { reasonOf, shownName } from '../folder/name.ts';
import { below } from '../folder/path.ts';
import { Acls } from './acls.ts';
import { Aside } from './aside.ts';
import { carry, own } from './carry.ts';
import { here, look } from './here.ts';
import { checkOver, namesIn } from './over.ts';

/** Something that has its place, by bytes as characters, for which a Buffer would hold far more memory. */
interface Moved {
  /** Below both the tree and the place. */
  readonly name: string;
  /** Where what was there is kept; empty where nothing was. */
  readonly former: string;
}

const packed = (path: Buffer): string => path.toString('latin1');
const unpacked = (path: string): Buffer => Buffer.from(path, 'latin1');

interface Times {
  readonly path: Buffer;
  readonly atime: Date;
  readonly mtime: Date;
}

const TOP = Buffer.alloc(0);

/** Back into the stage, or what was copied to another disk away from there. */
function takeAway(path: Buffer, from: Buffer): void {
  if (lstatSync(path).isDirectory()) chmodSync(path, 0o700);
  try {
    renameSync(path, from);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    rmSync(path, { recursive: true });
  }
}

export class Merge {
  readonly #tree: Buffer;
  readonly #place: Buffer;
  readonly #aside: Aside;
  readonly #acls = new Acls();
  readonly #moved: Moved[] = [];
  readonly #times: Times[] = [];

  /** Moves `tree`, which is in `stage`, to `place`; `folder` is the one that the stage is in, as it was before. */
  constructor(stage: Buffer, tree: Buffer, place: Buffer, folder: Times) {
    this.#times.push(folder);
    this.#tree = tree;
    this.#place = place;
    this.#aside = new Aside(stage);
  }

  /** Forgets what was there; what is to be removed then, the stage first. */
  end(): readonly Buffer[] {
    this.#aside.forget();
    return this.#aside.folders;
  }

  /** Throws before anything is moved where something is known to be in the way. */
  check(): void {
    checkOver(this.#tree, this.#place, {
      folder: (path, { atime, mtime }) => this.#times.push({ path, atime, mtime }),
      file: (from, to) => this.#acls.add(from, to),
    });
    this.#acls.keep();
  }

  /**
   * Moves one thing after the other; folders that are there stay, with what they hold. What is there keeps its owner,
   * its mode and its ACL.
   */
  *steps(name: Buffer = TOP): Generator<undefined> {
    const [from, to] = [below(this.#tree, name), below(this.#place, name)];
    const [stats, there] = [here(from, () => lstatSync(from)), look(to)];
    if (there?.isDirectory() && stats.isDirectory())
      for (const one of namesIn(from)) yield* this.steps(below(name, one));
    else {
      this.#move(name, stats, there);
      yield;
    }
  }

  #move(name: Buffer, stats: Stats, there: Stats | undefined): void {
    const [from, to] = [below(this.#tree, name), below(this.#place, name)];
    if (there?.isFile() && stats.isFile()) here(from, () => own(from, there));
    // Nobody moves a folder that he may not write to: its mode comes after it.
    if (stats.isDirectory()) here(from, () => chmodSync(from, 0o700));
    const former = there && this.#aside.keep(to);
    if (former) this.#moved.push({ name: packed(name), former: packed(former) });
    here(to, () => carry(from, to, this.#acls.has(to) ? former : undefined));
    if (!there) this.#moved.push({ name: packed(name), former: '' });
    if (stats.isDirectory()) here(to, () => chmodSync(to, stats.mode & 0o7777));
  }

  /** Puts everything back; returns why not where that failed, and then what was there is still kept. */
  back(): string | undefined {
    const failures: string[] = [];
    for (const moved of this.#moved.toReversed())
      try {
        this.#putBack(moved);
      } catch (error) {
        failures.push(`${shownName(below(this.#place, unpacked(moved.name)))}: ${reasonOf(error)}`);
      }
    if (failures.length === 0) return undefined;
    const kept = this.#aside.folders.map(shownName).join(' and ');
    return `${failures.length} could not be put back (${failures[0]}); what was there is in ${kept}`;
  }

  #putBack({ name, former }: Moved): void {
    const [from, to] = [below(this.#tree, unpacked(name)), below(this.#place, unpacked(name))];
    if (former) renameSync(unpacked(former), to);
    else takeAway(to, from);
  }

  /** Gives the folders the times that they had; those of others keep what they have now. The first look counts. */
  resetTimes(): void {
    for (const { path, atime, mtime } of this.#times.toReversed())
      try {
        utimesSync(path, atime, mtime);
      } catch {
        // It is no folder of ours.
      }
  }
}
