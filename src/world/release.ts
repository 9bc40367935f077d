// The app's folder: named by what it holds, and packed for the nodes, in one reading of it.
import { realpathSync, statSync } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type Release, releaseOf } from '../plans/release.ts';
import { type PoolError, usageError } from '../pool/failure.ts';
import type { App } from '../pool/settings.ts';
import { someOf } from '../pool/some-of.ts';
import { contents, onePlace, type Piece, type Place, Shrank } from './folder/contents.ts';
import { Digest } from './folder/digest.ts';
import { END } from './folder/headers.ts';
import { leftOut } from './folder/left-out.ts';
import { modeThere } from './folder/mode.ts';
import { reasonOf, shownName } from './folder/name.ts';
import type { OperatorsFiles } from './folder/operators.ts';
import { tarred } from './folder/tarred.ts';
import { type Walking, walk } from './folder/walk.ts';
import { type Bulk, spool } from './spool.ts';
import type { AppFolder, HowRead } from './world.ts';

/** Half the time of zlib's own default, for some percent more bytes. */
const LEVEL = 3;

const refuse = (path: Buffer, error: unknown): PoolError => {
  const next = error instanceof Shrank ? 'try again when nothing writes there' : 'make it readable for you';
  return usageError(
    `app.source: ${shownName(path)} cannot be read: ${reasonOf(error)}; ${next}, or leave it out: a line in .poolignore`,
  );
};

/** Links are followed once, at the beginning: one that is switched meanwhile would mix two releases. */
function rootOf(source: string): Buffer {
  if (!statSync(source, { throwIfNoEntry: false })?.isDirectory())
    throw usageError(`app.source ${source} is no folder; name the folder of the app, relative to pool.yml`);
  // It would be read for hours, disks of others and the kernel's own files included.
  const root = realpathSync(source, 'buffer');
  if (root.toString() === '/')
    throw usageError(
      `app.source ${source} is this whole machine; name the folder of the app, relative to pool.yml`,
    );
  return root;
}

/** What does not travel, told once the folder was read. */
class Told {
  readonly #secrets: string[] = [];
  readonly #others: string[] = [];
  readonly #unread: string[] = [];

  secret = (name: Buffer): void => {
    this.#secrets.push(shownName(name));
  };

  unread = (name: Buffer): void => {
    this.#unread.push(shownName(name));
  };

  other = (name: Buffer, why: string): void => {
    this.#others.push(`${shownName(name)} (${why})`);
  };

  lines(): readonly string[] {
    return [
      ...(this.#secrets.length === 0
        ? []
        : [
            `app.source: left out, since they look like secrets: ${someOf(this.#secrets)}; a line !NAME in .poolignore sends one all the same`,
          ]),
      ...(this.#unread.length === 0
        ? []
        : [
            `app.source: not read: ${someOf(this.#unread)}; only the .poolignore of app.source itself counts: write the lines there, with the names of the folders before them`,
          ]),
      ...(this.#others.length === 0 ? [] : [`app.source: left out: ${someOf(this.#others)}`]),
    ];
  }
}

async function* digested(pieces: AsyncIterable<Piece>, digest: Digest): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    digest.take(piece);
    yield piece;
  }
}

/** No times and no owners: a node gives all files of a release one time of its own (templates/configure.sh). */
async function* archived(pieces: AsyncIterable<Piece>): AsyncGenerator<Uint8Array> {
  yield* tarred(pieces, (entry) => ({ ...entry, mode: modeThere(entry.kind, entry.mode), time: 0 }));
  yield END;
}

/** What fails while the folder is read fails where the archive is taken; `pipe` would pass no error on. */
const gzipped = (source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
  pipeline(Readable.from(source), createGzip({ level: LEVEL }), () => undefined);

const packed = (pieces: AsyncIterable<Piece>): Promise<Bulk> =>
  spool('the packed app', gzipped(archived(pieces)));

async function drained(pieces: AsyncIterable<Piece>): Promise<undefined> {
  for await (const _ of pieces);
}

function reading(
  root: Buffer,
  operators: OperatorsFiles,
  told: Told,
  place: Place | undefined,
): AsyncGenerator<Piece> {
  const walking: Walking = { isLeftOut: leftOut(root, operators, told), tell: told.other, refuse };
  return contents(walk(root, walking), walking, place);
}

/** What was packed, by the id of its release: once for a whole command, however often its settings are read. */
const kept = new Map<string, Bulk>();

function keep(id: string, bulk: Bulk): void {
  if (kept.has(id)) bulk.close();
  else kept.set(id, bulk);
}

/**
 * Reads the app's folder, but for what is the operator's. Throws code 2 where something of it cannot be read, or the
 * archive cannot be kept.
 */
export async function readApp(app: App, how: HowRead, operators: OperatorsFiles = {}): Promise<AppFolder> {
  const root = rootOf(app.source);
  const [told, digest] = [new Told(), new Digest()];
  const place = how === 'named' ? onePlace() : undefined;
  const pieces = digested(reading(root, operators, told, place), digest);
  const bulk = how === 'named' ? await drained(pieces) : await packed(pieces);
  const release = releaseOf(app, digest.end());
  if (bulk) keep(release.id, bulk);
  return { release, leftOut: told.lines() };
}

/** The archive of a release that readApp has packed. */
export async function keptArchive({ id }: Release): Promise<Bulk> {
  const bulk = kept.get(id);
  if (bulk === undefined) throw new Error(`release ${id} was not packed`);
  return bulk;
}
