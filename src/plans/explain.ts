// Why the pool has the size it has, from the last word of its maintainer and from its journal.

import type { JournalRecord, LastWord } from '../pool/journal.ts';
import { readLastWord, readRecord } from '../pool/journal-reader.ts';
import type { Pool } from '../pool/pool.ts';
import type { Settings } from '../pool/settings.ts';
import { command } from '../pool/shell.ts';
import { ago, nameIn, tellActs } from '../pool/told.ts';

/** What one node, or a journal, tells. */
export interface Sources {
  /** The maintainer's last word, and its age in s by that node's own clock. */
  readonly word: LastWord | undefined;
  readonly age: number;
  readonly last: JournalRecord | undefined;
  /** The last record that changed the pool. */
  readonly change: JournalRecord | undefined;
}

/** A script for `Remote.run`. */
export const explainScript = (template: string, pool: string): string =>
  [template, command('explain_journal', pool)].join('\n');

/** What `explainScript` printed. */
export function parseExplained(stdout: string): Sources {
  const said = (key: string): string => new RegExp(`^${key} (.*)$`, 'm').exec(stdout)?.[1] ?? '';
  return {
    word: readLastWord(said('word')),
    age: Number(said('age')),
    last: readRecord(said('last')),
    change: readRecord(said('change')),
  };
}

/** The same from the records themselves. */
export const sourcesIn = (records: readonly JournalRecord[]): Sources => ({
  word: undefined,
  age: 0,
  last: records.at(-1),
  change: records.findLast(({ acts }) => acts.length > 0),
});

interface Change {
  readonly time: string;
  readonly age_seconds: number;
  readonly acts: readonly string[];
  readonly because: string;
  readonly by: string;
}

/** `pool explain --json`. */
export interface Explanation {
  readonly pool: string;
  /** Has somebody looked after it in the last ticks? */
  readonly maintained: boolean;
  readonly acts: readonly string[];
  readonly because: string;
  /** By whom, a node's name where it is one of the pool's; and the age of these words. */
  readonly by: string;
  readonly age_seconds: number;
  readonly last_change: Change | null;
}

/** A tick may be late, on a busy machine or while nodes are silent; in s. */
const LEAST_FRESH = 15;
const TICKS = 3;

const since = (time: string, now: Date): number =>
  Math.max(0, Math.round((now.getTime() - Date.parse(time)) / 1_000));

const acts = (one: Pick<LastWord, 'acts'>, pool: Pool): readonly string[] =>
  one.acts.map((act) => tellActs([act], pool.nodes));

const changeOf = (record: JournalRecord, pool: Pool, now: Date): Change => ({
  time: record.time,
  age_seconds: since(record.time, now),
  acts: record.acts.map((act) => tellActs([act], [...pool.nodes, ...record.sight.nodes])),
  because: record.because,
  by: nameIn([...pool.nodes, ...record.sight.nodes], record.who),
});

/** Undefined where nothing at all was ever said. */
export function explain(
  sources: Sources,
  pool: Pool,
  { polling_time }: Pick<Settings, 'polling_time'>,
  now: Date,
): Explanation | undefined {
  const { word, last, change } = sources;
  const said = word ?? last;
  if (said === undefined) return undefined;
  const age = word === undefined ? since(said.time, now) : sources.age;
  return {
    pool: pool.name,
    maintained: age < Math.max(LEAST_FRESH, (TICKS * polling_time) / 1_000),
    acts: acts(said, pool),
    because: said.because,
    by: nameIn([...pool.nodes, ...(last?.sight.nodes ?? [])], said.who),
    age_seconds: age,
    last_change: change ? changeOf(change, pool, now) : null,
  };
}

const sentence = (decided: readonly string[], because: string): string =>
  decided.length === 0 ? because : `${decided.join(', ')}: ${because}`;

/** A pool whose nodes maintain by themselves needs its service, any other somebody in a terminal. */
const whatNext = ({ public_ip, instance_profile }: Settings): string =>
  public_ip === 'none' || instance_profile === undefined
    ? 'pool maintain does, from a terminal'
    : 'pool list shows the master; instance start_maintain lets it go on, pool maintain does it from here';

/** The same for a person, in two lines. */
export function explained(explanation: Explanation, settings: Settings): readonly string[] {
  const { maintained, by, age_seconds: age, last_change: change } = explanation;
  const why = sentence(explanation.acts, explanation.because);
  const first = maintained
    ? `${why} (${ago(age)}, by ${by})`
    : `nobody maintains the pool now; ${whatNext(settings)}`;
  const latest = maintained ? [] : [`last word ${ago(age)}, by ${by}: ${why}`];
  const changed =
    change === null
      ? 'no change is in the journal'
      : `last change ${ago(change.age_seconds)}, by ${change.by}: ${sentence(change.acts, change.because)}`;
  return [first, ...latest, changed];
}
