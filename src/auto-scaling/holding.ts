// Does a rule hold, and for how long has each of its comparisons held? A missing measurement never satisfies one.
import type { Comparison, Rule } from '../pool/rules.ts';
import type { Policy } from './policy.ts';

/** Looks further apart than this many ticks say nothing about the time between them. */
const LONGEST_GAP_TICKS = 6;
/** Nor is a look that was late by some seconds, on a busy machine, a gap; ms. */
const LEAST_GAP = 30_000;

/** The time between two looks beyond which they say nothing about what was between them; ms. */
export const longestGap = (pollingTime: number): number =>
  Math.max(LEAST_GAP, LONGEST_GAP_TICKS * pollingTime);

/** The right side as a number: 85 % is 0.85; undefined where its metric is unknown. */
export function operand({ than }: Comparison, values: ReadonlyMap<string, number>): number | undefined {
  if (than.kind === 'metric') return values.get(than.name);
  return than.kind === 'percent' ? than.value / 100 : than.value;
}

/** Is it so now? */
export function isSo(comparison: Comparison, values: ReadonlyMap<string, number>): boolean {
  const left = values.get(comparison.metric);
  const right = operand(comparison, values);
  if (left === undefined || right === undefined) return false;
  switch (comparison.is) {
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    case '>=':
      return left >= right;
    case '==':
      return left === right;
  }
}

/**
 * Since when each comparison of the policy has held at every look, this one included; null where it does not hold
 * now. `before`: the same of the look before, at `lookedAt`; after too long a gap all begin anew.
 */
export function heldSince(
  { comparisons, pollingTime }: Policy,
  values: ReadonlyMap<string, number>,
  at: number,
  before: readonly (number | null)[],
  lookedAt: number | undefined,
): readonly (number | null)[] {
  const goesOn = lookedAt !== undefined && at - lookedAt <= longestGap(pollingTime);
  return comparisons.map((comparison, index) => {
    if (!isSo(comparison, values)) return null;
    return goesOn ? (before[index] ?? at) : at;
  });
}

/** Has this comparison held at every look of its span? */
type Held = (comparison: Comparison) => boolean;

export const heldAt =
  ({ comparisons }: Policy, since: readonly (number | null)[], at: number): Held =>
  (comparison) => {
    const from = since[comparisons.indexOf(comparison)];
    return from !== null && from !== undefined && at - from >= comparison.for;
  };

/** The comparisons that make the rule hold; empty where it does not hold. */
export function causes(rule: Rule, held: Held): readonly Comparison[] {
  if (rule.kind === 'comparison') return held(rule) ? [rule] : [];
  const each = rule.rules.map((one) => causes(one, held));
  if (rule.kind === 'all' && each.some((one) => one.length === 0)) return [];
  return each.flat();
}

/** The comparisons of a rule that are so now, but not yet for long enough. */
export const nearly = (
  rule: readonly Comparison[],
  since: readonly (number | null)[],
  policy: Policy,
  at: number,
): readonly Comparison[] =>
  rule.filter((one) => {
    const from = since[policy.comparisons.indexOf(one)];
    return from !== null && from !== undefined && at - from < one.for;
  });
