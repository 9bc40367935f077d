// What today's code, or another policy, would have decided about what was seen then.
import { type Policy, policyOf } from '../auto-scaling/policy.ts';
import type { JournalRecord, PolicySettings } from '../pool/journal.ts';
import type { Comparison } from '../pool/rules.ts';
import type { Act } from '../pool/sight.ts';
import { govern, type Verdict } from './govern.ts';

/** The acts of one decision, and why. */
type Decided = Pick<Verdict, 'acts' | 'because'>;

/** A tick of which would now come something else. */
export interface Difference {
  readonly record: JournalRecord;
  readonly today: Decided;
}

/** A record is written at least once a minute; after a longer gap nothing is known of the time between, in ms. */
const LONGEST_GAP = 90_000;

/** The same acts, in whatever words they are explained. */
const same = (one: readonly Act[], other: readonly Act[]): boolean =>
  JSON.stringify(one.map((act) => ({ ...act, because: '' }))) ===
  JSON.stringify(other.map((act) => ({ ...act, because: '' })));

const isSame = (one: Comparison, other: Comparison): boolean =>
  JSON.stringify({ ...one, for: 0 }) === JSON.stringify({ ...other, for: 0 });

/** The replayed tick before this one: its record, and since when each comparison has held for the policy. */
interface Before {
  readonly record: JournalRecord;
  readonly heldSince: readonly (number | null)[];
}

const follows = ({ record }: Before, next: JournalRecord): boolean =>
  record.who === next.who && next.sight.at - record.sight.at <= LONGEST_GAP;

/**
 * Since when each comparison of the policy had held: as it was remembered, where the recorded policy compared the
 * same; else as far back as the replayed records say so without a gap.
 */
function heldSince(record: JournalRecord, recorded: Policy, policy: Policy, before: Before | undefined) {
  return policy.comparisons.map((comparison, index) => {
    const known = recorded.comparisons.findIndex((one) => isSame(one, comparison));
    if (known >= 0) return record.remembered.heldSince[known] ?? null;
    return before && follows(before, record) ? (before.heldSince[index] ?? null) : null;
  });
}

/**
 * Runs each record's own inputs through `govern`; `policyFor` may put another policy in the place of the recorded one.
 * Throws RuleError where a rule cannot be read.
 */
export function replay(
  records: readonly JournalRecord[],
  policyFor: (recorded: PolicySettings) => PolicySettings,
): readonly Difference[] {
  let before: Before | undefined;
  return records.flatMap((record) => {
    const recorded = policyOf(record.policy);
    const policy = policyOf(policyFor(record.policy));
    const remembered = { ...record.remembered, heldSince: heldSince(record, recorded, policy, before) };
    const today = govern(record.sight, policy, remembered);
    before = { record, heldSince: today.remembered.heldSince };
    return same(record.acts, today.acts) ? [] : [{ record, today }];
  });
}
