// pool log: the decision journal, as lines for people or as documents, once or as it grows.
import { parseDuration } from '../../pool/duration.ts';
import { usageError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import { parseTime } from '../../pool/iso-time.ts';
import { type JournalRecord, keyOf } from '../../pool/journal.ts';
import { type JournalText, readJournal } from '../../pool/journal-reader.ts';
import { plainList } from '../../pool/listing.ts';
import type { Pool } from '../../pool/pool.ts';
import { tellBucket } from '../../world/journal/bucket.ts';
import { followJournal, tellJournal } from '../../world/journal/read.ts';
import type { World } from '../../world/world.ts';
import { tellTrouble } from '../journal-trouble.ts';
import { recordLine } from '../record-line.ts';
import type { Request, Run } from '../word.ts';

/** So many records stand before those to come, where no time is given. */
const FEW = 10;
/** Between two looks at who is the master, and after a connection that broke; in ms. */
const WATCH = 5_000;

/** `10m` is so long ago, an ISO time is itself, a day alone its beginning in UTC; ms since 1970. */
function sinceOf(text: string | undefined, now: Date): number | undefined {
  if (text === undefined) return undefined;
  const duration = parseDuration(text);
  if (duration !== undefined) return Math.max(0, now.getTime() - duration);
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? parseTime(`${text}T00:00`, 'Z') : parseTime(text, '');
  if (at !== undefined) return at;
  throw usageError(
    `--since must be a duration like 30s, 10m, 2h, 1d or 1w, or a time like 2026-11-23 or 2026-11-23T01:02:03Z, not "${text}"`,
  );
}

/** The same record without what else was done in its tick. */
const actsOf = (record: JournalRecord): JournalRecord => ({ ...record, steps: [], outcomes: [] });

/** Shows each record once, whoever wrote it down where. */
class Show {
  readonly #world: World;
  readonly #json: boolean;
  readonly #actsOnly: boolean;
  readonly #since: number;
  readonly #seen = new Set<string>();

  constructor(world: World, { json, values }: Request, since: number) {
    this.#world = world;
    this.#json = json;
    this.#actsOnly = values['acts'] === 'yes';
    this.#since = since;
  }

  /** The last `most` of those that were not shown yet; the others count as shown, too. */
  show({ records, lines }: Pick<JournalText, 'records' | 'lines'>, most = Number.POSITIVE_INFINITY): number {
    const all = records.map((record, at) => ({ record, line: lines[at] ?? '' }));
    all.sort((one, other) => (one.record.time < other.record.time ? -1 : 1));
    const fresh = all.filter(({ record }) => this.#isNew(record));
    for (const { record, line } of fresh.slice(-most)) this.#print(record, line);
    return fresh.length;
  }

  #isNew(record: JournalRecord): boolean {
    const key = keyOf(record);
    if (this.#seen.has(key) || Date.parse(record.time) < this.#since) return false;
    if (this.#actsOnly && record.acts.length === 0) return false;
    this.#seen.add(key);
    return true;
  }

  #print(record: JournalRecord, line: string): void {
    const { terminal } = this.#world;
    const columns = terminal.isTerminal ? terminal.columns : undefined;
    terminal.print(
      this.#json ? line : recordLine(this.#actsOnly ? actsOf(record) : record, terminal.paint, columns),
    );
  }
}

const warnOfSilent = ({ terminal }: World, silent: readonly Node[]): void => {
  for (const { name, id } of silent) terminal.warn(`pool: ${name} (${id}) does not answer on ssh`);
};

/** All that was kept so far, by the nodes or else in the bucket; undefined where nothing was. */
async function keptSoFar(world: World, pool: Pool, since: number): Promise<string | undefined> {
  const { cloud, settings, terminal } = world;
  const { found, silent } = await tellJournal(world, pool, since);
  warnOfSilent(world, silent);
  if (found?.node.role === 'master') return found.told;
  if (found) terminal.warn(`pool: read from ${found.node.name} (${found.node.id})`);
  const bucket = settings.shared_bucket;
  if (found || bucket === undefined) return found?.told;
  const told = await tellBucket(cloud, bucket, pool.name, since);
  if (told !== undefined) terminal.warn(`pool: read from the bucket ${bucket}`);
  return told;
}

/** Where there is nothing, that is said. */
async function showAll(world: World, pool: Pool, show: Show, since: number, most?: number): Promise<void> {
  const { terminal } = world;
  const text = await keptSoFar(world, pool, since);
  if (text === undefined) {
    if (pool.nodes.length > 0)
      terminal.warn('pool: there is no journal yet; whoever maintains the pool writes it');
    else terminal.warn(plainList(pool));
    return;
  }
  const journal = readJournal(text);
  tellTrouble(terminal, journal);
  if (show.show(journal, most) === 0 && since > 0) terminal.warn('pool: no record is as young as that');
}

/** Resolves when the pool has another master, or none. */
async function masterMoves(
  { cloud, clock, settings }: World,
  from: Node,
  signal: AbortSignal,
): Promise<void> {
  let isSame = true;
  while (isSame && !signal.aborted) {
    await clock.sleep(WATCH, signal);
    const pool = await cloud.look(settings.name).catch(() => undefined);
    isSame = pool === undefined || pool.nodes[0]?.id === from.id;
  }
}

/** From the master, whoever that is, until Ctrl-C. */
async function follow(world: World, show: Show): Promise<void> {
  const { cloud, clock, settings, signal, terminal } = world;
  let last = '';
  while (!signal.aborted) {
    const [master] = (await cloud.look(settings.name)).nodes;
    if (master === undefined) return terminal.print('Cloud is not running');
    const end = new AbortController();
    const within = AbortSignal.any([signal, end.signal]);
    const line = (text: string) => void show.show(readJournal(text));
    const watched = masterMoves(world, master, within).then(() => end.abort());
    try {
      await followJournal(world, master, line, within);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (text !== last) terminal.warn(`pool: ${text}`);
      last = text;
      await clock.sleep(WATCH, within);
    }
    end.abort();
    await watched;
  }
}

export const run: Run = async (world, request) => {
  const { cloud, clock, settings, signal, terminal } = world;
  const since = sinceOf(request.values['since'], clock.now());
  const pool = await cloud.look(settings.name);
  if (pool.nodes.length === 0 && settings.shared_bucket === undefined) {
    (request.json ? terminal.warn : terminal.print).call(terminal, plainList(pool));
    return 0;
  }
  const follows = request.values['follow'] === 'yes';
  const show = new Show(world, request, since ?? 0);
  await showAll(world, pool, show, since ?? 0, follows && since === undefined ? FEW : undefined);
  if (follows) await follow(world, show);
  return signal.aborted ? 130 : 0;
};
