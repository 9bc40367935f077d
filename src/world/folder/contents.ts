// What a folder holds, as a stream: an entry, then the bytes of it, then the next. One file is open at a time.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { type Found, isGone, specialKind, type Walking } from './walk.ts';

/** A file is read in pieces of this size, in bytes: that of a packet of ssh's. Bigger ones leave holes in the memory. */
const PIECE = 32 * 1024;
/** What has no size has to be kept until it is measured: no more of it than this, in bytes. */
const MOST_UNMEASURED = 16 * 1024 * 1024;
/** Others get a turn at least this often, in ms. */
const TURN = 20;

export interface Entry extends Found {
  /** Of a file: exactly so many bytes follow. */
  readonly size: number;
}

export type Piece = { readonly entry: Entry } | { readonly bytes: Buffer };

/** Where bytes are read into: a new place for each piece, unless whoever takes them is done with them at once. */
export type Place = (size: number) => Buffer;

const newPlace: Place = (size) => Buffer.allocUnsafe(size);

/** The same place again and again: for bytes that are only looked at. */
export function onePlace(): Place {
  const place = Buffer.allocUnsafe(PIECE);
  return (size) => place.subarray(0, size);
}

type Only = Pick<Walking, 'tell' | 'refuse'>;

/** Never waits for a pipe, and never follows a link that was put there meanwhile. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** Somebody writes to the file: nobody needs other rights to it. */
export class Shrank extends Error {}

class Reading {
  readonly #found: Found;
  readonly #only: Only;
  readonly #place: Place;

  constructor(found: Found, only: Only, place: Place) {
    this.#found = found;
    this.#only = only;
    this.#place = place;
  }

  /** A file named by itself may be a link. */
  #open(): number | undefined {
    const { name, path } = this.#found;
    try {
      return openSync(path, name.length === 0 ? FLAGS & ~constants.O_NOFOLLOW : FLAGS);
    } catch (error) {
      if (!isGone(error) || name.length === 0) throw this.#only.refuse(path, error);
      this.#only.tell(name, 'it went away meanwhile');
      return undefined;
    }
  }

  *pieces(): Generator<Piece> {
    const file = this.#open();
    if (file === undefined) return;
    try {
      yield* this.#read(file);
    } finally {
      closeSync(file);
    }
  }

  *#read(file: number): Generator<Piece> {
    const stats = this.#look(file);
    if (!stats.isFile()) {
      this.#only.tell(this.#found.name, specialKind(stats));
      return;
    }
    if (stats.size === 0) {
      yield* this.#readUnmeasured(file);
      return;
    }
    // What fits into one piece is measured by reading it; longer files are told of before they are read.
    const first = this.#fill(file, Math.min(PIECE, stats.size), 0);
    const size = stats.size <= PIECE ? first.length : stats.size;
    yield { entry: { ...this.#found, size } };
    if (first.length > 0) yield { bytes: first };
    for (let at = first.length; at < size; ) {
      const bytes = this.#fill(file, Math.min(PIECE, size - at), at);
      if (bytes.length === 0)
        throw this.#only.refuse(this.#found.path, new Shrank('it became shorter while it was read'));
      yield { bytes };
      at += bytes.length;
    }
  }

  /** An empty file, or one of the kernel's, which say that they are empty whatever they hold. */
  *#readUnmeasured(file: number): Generator<Piece> {
    const pieces: Buffer[] = [];
    let size = 0;
    for (let isMore = true; isMore && size < MOST_UNMEASURED; ) {
      const bytes = this.#fill(file, PIECE, size);
      isMore = bytes.length === PIECE;
      size += bytes.length;
      if (bytes.length > 0) pieces.push(Buffer.from(bytes));
    }
    yield { entry: { ...this.#found, size } };
    for (const bytes of pieces) yield { bytes };
  }

  #look(file: number): Stats {
    try {
      return fstatSync(file);
    } catch (error) {
      throw this.#only.refuse(this.#found.path, error);
    }
  }

  /** So many bytes, or fewer where the file ends before. */
  #fill(file: number, size: number, from: number): Buffer {
    const place = this.#place(size);
    let at = 0;
    try {
      while (at < size) {
        const count = readSync(file, place, at, size - at, from + at);
        if (count === 0) break;
        at += count;
      }
    } catch (error) {
      throw this.#only.refuse(this.#found.path, error);
    }
    return place.subarray(0, at);
  }
}

/**
 * Entries and their bytes, in the order of `found`. A file that grows is read as it was measured; one that becomes
 * shorter while it is read, or that cannot be read, throws what `refuse` makes of it.
 */
export async function* contents(
  found: Iterable<Found>,
  only: Only,
  place: Place = newPlace,
): AsyncGenerator<Piece> {
  let turn = performance.now();
  for (const one of found) {
    if (one.kind !== 'file') yield { entry: { ...one, size: 0 } };
    else
      for (const piece of new Reading(one, only, place).pieces()) {
        yield piece;
        if (performance.now() - turn < TURN) continue;
        await setImmediate();
        turn = performance.now();
      }
  }
}
