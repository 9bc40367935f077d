// Rules that can be read and cannot be meant: those that never hold, and those that count something else than it seems.
import { alternatives, everywhere, isEmpty, spanOf, spansOf } from './contradiction.ts';
import { METRIC } from './metrics.ts';
import { type Comparison, comparisonsOf, printRule, type Rule } from './rules.ts';

export interface RuleSense {
  /** Why it can never hold, or always does for a unit mistaken: mistakes. */
  readonly problems: readonly string[];
  /** What a condition counts that its writer may not think of. */
  readonly notices: readonly string[];
}

/** A load average per vCPU that no machine under a web application has: a percentage without its sign is more likely. */
const UNLIKELY_LOAD = 20;

const quoted = (comparison: Comparison): string => `"${printRule(comparison)}"`;

/** `80` for a share is most likely 80%. */
function percentage({ than }: Comparison): string {
  const isPercentage = than.kind === 'number' && than.value > 1 && than.value <= 100;
  return isPercentage ? `; did you mean ${than.value}%?` : '';
}

/** A condition that holds at none of the values that its metric can have, or at all of them. */
function extreme(comparison: Comparison): 'never' | 'always' | undefined {
  const { metric, is, than } = comparison;
  if (than.kind === 'metric') {
    if (than.name !== metric) return undefined;
    return is === '<' || is === '>' ? 'never' : 'always';
  }
  const span = spanOf(comparison);
  if (span === undefined) return undefined;
  if (isEmpty(span)) return 'never';
  const { from, fromIncluded, to, toIncluded } = everywhere(metric);
  const isAll =
    span.from === from &&
    span.to === to &&
    span.fromIncluded === fromIncluded &&
    span.toIncluded === toIncluded;
  return isAll ? 'always' : undefined;
}

function problemOf(comparison: Comparison): readonly string[] {
  const { metric } = comparison;
  const how = extreme(comparison);
  const what = METRIC[metric];
  // A share that is always below 80 is one whose unit was mistaken; a queue that is at least 0 may be somebody's wish.
  if (what === undefined || !(how === 'never' || (how === 'always' && what.most === 1))) return [];
  return [`${quoted(comparison)} ${how} holds: ${metric} is ${what.is}${percentage(comparison)}`];
}

/** Conditions that hold one by one, and never together. */
function together(rule: Rule): readonly string[] {
  const impossible = alternatives(rule).find((all) => {
    if (all.some((one) => extreme(one) === 'never')) return false;
    return [...spansOf(all).values()].some(isEmpty);
  });
  if (impossible === undefined) return [];
  return [
    `${impossible.map(quoted).join(' and ')} never hold together; join them with "or", or take one out`,
  ];
}

function noticeOf(comparison: Comparison): readonly string[] {
  const { metric, is, than } = comparison;
  const what = METRIC[metric];
  if (what === undefined || extreme(comparison) === 'never') return [];
  const counts = `${quoted(comparison)}: ${metric} is ${what.is}`;
  if (extreme(comparison) === 'always') return [`${quoted(comparison)} holds whenever ${metric} is known`];
  if (than.kind === 'metric') return [];
  if (than.kind === 'percent' && !what.isShare)
    return [`${counts}; ${than.value}% is ${than.value / 100} of it`];
  if (isLoad(metric) && than.kind === 'number' && than.value >= UNLIKELY_LOAD)
    return [`${counts}${metric === 'load' ? percentage(comparison) : ''}`];
  if (is === '==' && !what.isWhole && than.value !== 0)
    return [`${quoted(comparison)}: ${metric} is measured, and hardly ever just that; use <= or >=`];
  return [];
}

const isLoad = (metric: string): boolean => metric === 'load' || metric === 'cpu';

/** What is to be said about a rule that can be read. */
export function ruleSense(rule: Rule): RuleSense {
  const comparisons = comparisonsOf(rule);
  return {
    problems: [...comparisons.flatMap(problemOf), ...together(rule)],
    notices: comparisons.flatMap(noticeOf),
  };
}
