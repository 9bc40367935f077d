// What of a maintainer's ticks is written down: those that decide something, and once a minute how things are.
import {
  type JournalRecord,
  type Outcome,
  type PolicySettings,
  policySettings,
  type RecordKind,
} from '../pool/journal.ts';
import type { Pool } from '../pool/pool.ts';
import type { Act, Remembered, Sight } from '../pool/sight.ts';

/** One tick of a maintainer, as it tells the journal of it. */
export interface Noted {
  readonly pool: Pool;
  readonly policy: PolicySettings;
  readonly sight: Sight;
  /** Before the decision. */
  readonly remembered: Remembered;
  /** After it. */
  readonly after: Remembered;
  readonly acts: readonly Act[];
  readonly because: string;
  /** The other steps that began in this tick (`describeStep`). */
  readonly steps: readonly string[];
  /** Steps that have ended since the tick before. */
  readonly outcomes: readonly Outcome[];
}

/** What the next decision about writing goes by. */
export interface Written {
  /** Ms since 1970. */
  readonly at: number;
  readonly because: string;
}

/** Between two lines of a pool in which nothing happens, in ms. */
const SUMMARY = 60_000;

/** A reason without its figures and names: another kind of reason is news, another load is not. */
const kindOf = (because: string): string => because.replace(/\bi-[0-9a-f]+|\d+(\.\d+)?/g, '#');

/** Is this tick written, and as what? `last`: the line before, if there was one. */
export function worth(tick: Noted, at: number, last: Written | undefined): RecordKind | undefined {
  const { acts, steps, outcomes, because } = tick;
  if (acts.length > 0 || steps.length > 0 || outcomes.length > 0) return 'tick';
  if (last === undefined || kindOf(because) !== kindOf(last.because)) return 'tick';
  return at - last.at >= SUMMARY ? 'summary' : undefined;
}

/**
 * What a written tick leaves for the next: the reason that reigns, which work on nodes only interrupts. So a pool that
 * holds, configures a node and holds again has no second line that says so.
 */
export function writtenBy(tick: Noted, at: number, last: Written | undefined): Written {
  const interrupts = tick.acts.length === 0 && tick.steps.length + tick.outcomes.length > 0;
  return { at, because: interrupts ? (last?.because ?? tick.because) : tick.because };
}

/** The record of a tick. `who`: the instance, or `terminal on HOST`. */
export const recordOf = (tick: Noted, time: Date, who: string, kind: RecordKind): JournalRecord => ({
  v: 1,
  time: time.toISOString(),
  pool: tick.pool.name,
  kind,
  who,
  association: tick.pool.address?.associationId ?? null,
  acts: tick.acts,
  because: tick.because,
  steps: tick.steps,
  outcomes: tick.outcomes,
  policy: policySettings(tick.policy),
  sight: tick.sight,
  remembered: tick.remembered,
});
