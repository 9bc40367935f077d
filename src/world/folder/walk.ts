// What a folder holds, as it is: names are bytes, links are not followed, one order on every machine.
import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { below } from './path.ts';

/** One file, folder or link below a folder. */
export interface Found {
  /** From the folder on, with `/` between; empty for the folder itself. */
  readonly name: Buffer;
  /** Where it is on this machine. */
  readonly path: Buffer;
  readonly kind: 'file' | 'folder' | 'link';
  /** Permissions, with the bits of set-user-id and the like. */
  readonly mode: number;
  /** Seconds since 1970. */
  readonly time: number;
  /** Of a link. */
  readonly target?: Buffer;
}

/** What a walk does with what it cannot take. */
export interface Walking {
  /** Is this to be left out? Of a folder that is, nothing is looked at. */
  readonly isLeftOut: (name: Buffer, isFolder: boolean) => boolean;
  /** Is told of what is no file, folder or link, and of what went away meanwhile. */
  readonly tell: (name: Buffer, why: string) => void;
  /** The error to throw where something cannot be read. */
  readonly refuse: (path: Buffer, error: unknown) => Error;
}

/** What a file is called that cannot be copied. */
export function specialKind(stats: Stats): string {
  if (stats.isFIFO()) return 'a pipe (FIFO)';
  if (stats.isSocket()) return 'a socket';
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'a device' : 'no file';
}

const kindOf = (stats: Stats): Found['kind'] | undefined => {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'link' : undefined;
};

export const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const GONE = 'it went away meanwhile';

class Walk {
  readonly #root: Buffer;
  readonly #walking: Walking;

  constructor(root: Buffer, walking: Walking) {
    this.#root = root;
    this.#walking = walking;
  }

  /** The error of a look is the caller's, but for a file that is gone: then there is nothing. */
  #attempt<T>(name: Buffer, look: (path: Buffer) => T): T | undefined {
    const path = below(this.#root, name);
    try {
      return look(path);
    } catch (error) {
      if (!isGone(error) || name.length === 0) throw this.#walking.refuse(path, error);
      this.#walking.tell(name, GONE);
      return undefined;
    }
  }

  #found(name: Buffer): Found | undefined {
    const stats = this.#attempt(name, (path) => lstatSync(path));
    if (stats === undefined || this.#walking.isLeftOut(name, stats.isDirectory())) return undefined;
    const kind = kindOf(stats);
    if (kind === undefined) {
      this.#walking.tell(name, specialKind(stats));
      return undefined;
    }
    const found = { name, path: below(this.#root, name), kind, ...metaOf(stats) };
    if (kind !== 'link') return found;
    const target = this.#attempt(name, (path) => readlinkSync(path, 'buffer'));
    return target && { ...found, target };
  }

  /** The names in a folder, in the order of their bytes. */
  #names(folder: Buffer): readonly Buffer[] {
    const names = this.#attempt(folder, (path) => readdirSync(path, 'buffer')) ?? [];
    return names.sort(Buffer.compare).map((name) => below(folder, name));
  }

  /** A stack of its own: a tree may be deeper than a program's. */
  *all(): Generator<Found> {
    const waiting = [this.#names(Buffer.alloc(0))[Symbol.iterator]()];
    for (let names = waiting.at(-1); names !== undefined; names = waiting.at(-1)) {
      const { done, value } = names.next();
      if (done) {
        waiting.pop();
        continue;
      }
      const found = this.#found(value);
      if (found === undefined) continue;
      yield found;
      if (found.kind === 'folder') waiting.push(this.#names(found.name)[Symbol.iterator]());
    }
  }
}

export const metaOf = ({ mode, mtimeMs }: Stats) => ({
  mode: mode & 0o7777,
  time: Math.floor(mtimeMs / 1_000),
});

/**
 * Everything below `root`, a folder before what it holds; not `root` itself. A link that is the root is followed.
 * Throws what `refuse` makes of a folder or link that cannot be read.
 */
export const walk = (root: Buffer, walking: Walking): Generator<Found> => new Walk(root, walking).all();
