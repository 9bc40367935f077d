// Two rules that can both hold at once, by the figures of one and the same metric: the pool would grow and shrink.
import { METRIC } from './metrics.ts';
import type { Comparison, Rule } from './rules.ts';

/** The values between two bounds; each bound itself may belong to them. */
interface Span {
  readonly from: number;
  readonly fromIncluded: boolean;
  readonly to: number;
  readonly toIncluded: boolean;
}

/** For each metric the values at which a conjunction holds. */
type Spans = ReadonlyMap<string, Span>;

/** All values that a metric can have: it counts or measures something, so none is negative. */
export function everywhere(metric: string): Span {
  const to = METRIC[metric]?.most ?? Number.POSITIVE_INFINITY;
  return { from: 0, fromIncluded: true, to, toIncluded: to !== Number.POSITIVE_INFINITY };
}

/** Before what a metric can be is thought of. */
const ALL: Span = { from: 0, fromIncluded: true, to: Number.POSITIVE_INFINITY, toIncluded: false };

export const isEmpty = ({ from, to, fromIncluded, toIncluded }: Span): boolean =>
  from > to || (from === to && !(fromIncluded && toIncluded));

function both(a: Span, b: Span): Span {
  const low = a.from > b.from || (a.from === b.from && !a.fromIncluded) ? a : b;
  const high = a.to < b.to || (a.to === b.to && !a.toIncluded) ? a : b;
  return { from: low.from, fromIncluded: low.fromIncluded, to: high.to, toIncluded: high.toIncluded };
}

/** `queue > 0` is `queue >= 1`. */
const whole = ({ from, fromIncluded, to, toIncluded }: Span): Span => ({
  from: fromIncluded ? Math.ceil(from) : Math.floor(from) + 1,
  fromIncluded: true,
  to: toIncluded ? Math.floor(to) : Math.ceil(to) - 1,
  toIncluded: true,
});

/** Where a comparison holds; undefined for one with another metric: of that nobody can say where it holds. */
export function spanOf({ metric, is, than }: Comparison): Span | undefined {
  if (than.kind === 'metric') return undefined;
  const value = than.kind === 'percent' ? than.value / 100 : than.value;
  const all = everywhere(metric);
  const span = {
    '<': { ...ALL, to: value },
    '<=': { ...ALL, to: value, toIncluded: true },
    '>': { ...ALL, from: value, fromIncluded: false },
    '>=': { ...ALL, from: value },
    '==': { from: value, fromIncluded: true, to: value, toIncluded: true },
  }[is];
  return both(all, METRIC[metric]?.isWhole === true ? whole(span) : span);
}

/** A rule as alternatives, each of which holds when all of its comparisons do. */
export function alternatives(rule: Rule): readonly (readonly Comparison[])[] {
  if (rule.kind === 'comparison') return [[rule]];
  const parts = rule.rules.map(alternatives);
  if (rule.kind === 'any') return parts.flat();
  return parts.reduce<readonly (readonly Comparison[])[]>(
    (all, part) => all.flatMap((one) => part.map((other) => [...one, ...other])),
    [[]],
  );
}

export function spansOf(comparisons: readonly Comparison[]): Spans {
  const spans = new Map<string, Span>();
  for (const comparison of comparisons) {
    const span = spanOf(comparison);
    if (span) spans.set(comparison.metric, both(spans.get(comparison.metric) ?? span, span));
  }
  return spans;
}

/** A value within, as short as it can be written. */
function within({ from, to, fromIncluded, toIncluded }: Span): number {
  if (fromIncluded) return from;
  if (toIncluded) return to;
  return to === Number.POSITIVE_INFINITY ? from + 1 : Number(((from + to) / 2).toPrecision(3));
}

/** Where both alternatives hold: for each metric that both name a value; undefined where there is none. */
function meeting(a: Spans, b: Spans): ReadonlyMap<string, number> | undefined {
  const shared = [...a.keys()].filter((metric) => b.has(metric));
  const spans = shared.map((metric) =>
    both(a.get(metric) ?? everywhere(metric), b.get(metric) ?? everywhere(metric)),
  );
  const alone = [...a.values(), ...b.values()];
  if (shared.length === 0 || [...spans, ...alone].some(isEmpty)) return undefined;
  return new Map(shared.map((metric, index) => [metric, within(spans[index] ?? everywhere(metric))]));
}

/**
 * Values of metrics at which both rules hold, as `load 0.6`; undefined where there are none. Rules about different
 * metrics (`memory > 85%` and `load < 0.3`) may hold together: then the pool grows, and does not shrink.
 */
export function contradiction(expand: Rule, contract: Rule): string | undefined {
  for (const a of alternatives(expand))
    for (const b of alternatives(contract)) {
      const met = meeting(spansOf(a), spansOf(b));
      if (met) return [...met].map(([metric, value]) => `${metric} ${value}`).join(', ');
    }
  return undefined;
}
