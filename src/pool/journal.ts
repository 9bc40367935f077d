// One line of the decision journal: everything that a tick went by, what it decided and why, and how it went.
import type { Settings } from './settings.ts';
import type { Act, Remembered, Sight } from './sight.ts';

/** The settings that a decision goes by; durations in ms. */
export type PolicySettings = Pick<
  Settings,
  | 'minimum_instances'
  | 'maximum_instances'
  | 'polling_time'
  | 'expand_when'
  | 'contract_when'
  | 'interval_wait_time'
  | 'warm_up'
  | 'max_connections'
  | 'max_hourly_usd'
  | 'plugins'
>;

/** How a step ended. */
export interface Outcome {
  /** As `describeStep` says it. */
  readonly step: string;
  readonly ok: boolean;
  /** Why it failed. */
  readonly why: string | undefined;
  readonly ms: number;
}

/** A tick that decided something, or the one line a minute that tells how things are. */
export type RecordKind = 'tick' | 'summary';

export interface JournalRecord {
  readonly v: 1;
  /** ISO 8601, in UTC. */
  readonly time: string;
  readonly pool: string;
  readonly kind: RecordKind;
  /** The instance that maintains, or `terminal on HOST`. */
  readonly who: string;
  /** The association of the pool's address, which is the master's office; null where there is none. */
  readonly association: string | null;
  readonly acts: readonly Act[];
  readonly because: string;
  /** The other steps that began in this tick, as `describeStep` says them. */
  readonly steps: readonly string[];
  /** Steps that have ended since the tick before. */
  readonly outcomes: readonly Outcome[];
  readonly policy: PolicySettings;
  readonly sight: Sight;
  /** What the maintainer remembered before it decided. */
  readonly remembered: Remembered;
}

/** The last word of a maintainer, whether it stands in the journal or not. */
export interface LastWord {
  readonly v: 1;
  readonly time: string;
  readonly pool: string;
  readonly who: string;
  readonly acts: readonly Act[];
  readonly because: string;
  /** For whoever maintains next; undefined in the words of former versions. */
  readonly memory: WordMemory | undefined;
}

/** What a maintainer remembers after its last word, and the rules and the moment (its monotonic ms) that belong to it. */
interface WordMemory extends Pick<PolicySettings, 'expand_when' | 'contract_when'> {
  readonly at: number;
  readonly remembered: Remembered;
}

/**
 * JSON has no undefined and no infinity: the one becomes null, the other its name. A field is never left out, so that
 * "unknown" can be told from a field that this version does not know yet.
 */
function spelled(_key: string, value: unknown): unknown {
  if (value === undefined) return null;
  return typeof value === 'number' && !Number.isFinite(value) ? `${value}` : value;
}

/** One line without its end. */
export const journalLine = (record: JournalRecord | LastWord): string => JSON.stringify(record, spelled);

/** The settings of a decision, and no others: a journal holds no secret. */
export const policySettings = (settings: PolicySettings): PolicySettings => ({
  minimum_instances: settings.minimum_instances,
  maximum_instances: settings.maximum_instances,
  polling_time: settings.polling_time,
  expand_when: settings.expand_when,
  contract_when: settings.contract_when,
  interval_wait_time: settings.interval_wait_time,
  warm_up: settings.warm_up,
  max_connections: settings.max_connections,
  max_hourly_usd: settings.max_hourly_usd,
  plugins: settings.plugins,
});

/** `after`: what the maintainer remembers after the tick of the record. */
export function lastWordOf(record: JournalRecord, after: Remembered | undefined): LastWord {
  const { v, time, pool, who, acts, because, policy, sight } = record;
  const { expand_when, contract_when } = policy;
  const memory = after && { at: sight.at, expand_when, contract_when, remembered: after };
  return { v, time, pool, who, acts, because, memory };
}

/** One record is written by several hands to several places: these two tell it from all others. */
export const keyOf = ({ who, time }: Pick<JournalRecord, 'who' | 'time'>): string => `${time} ${who}`;
