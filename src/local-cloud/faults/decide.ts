// Does a fault strike? Pure: the rules, what happens, and the time decide; chance comes from the rule's own seed.
import { draw } from './draw.ts';
import type { Fault, Occasion } from './fault.ts';
import { KINDS } from './kinds.ts';

const AIMS = ['action', 'zone', 'type', 'market', 'instance'] as const;

/** Is it still at work? */
export const isAlive = ({ until, count, struck }: Fault, now: Date): boolean =>
  (until === undefined || now.getTime() < Date.parse(until)) && (count === undefined || struck < count);

/** Is this an occasion that it waits for? */
const concerns = (fault: Fault, occasion: Occasion): boolean =>
  KINDS[fault.kind].at === occasion.at &&
  AIMS.every((aim) => fault[aim] === undefined || fault[aim] === occasion[aim]);

function consider(fault: Fault, occasion: Occasion, now: Date): readonly [Fault, boolean] {
  if (!isAlive(fault, now) || !concerns(fault, occasion)) return [fault, false];
  const isHit = draw(fault.seed, fault.seen) < fault.probability;
  return [{ ...fault, seen: fault.seen + 1, struck: fault.struck + (isHit ? 1 : 0) }, isHit];
}

/** The faults that strike on this occasion, and all of them as they are after it. */
export function decide(
  faults: readonly Fault[],
  occasion: Occasion,
  now: Date,
): { readonly hits: readonly Fault[]; readonly after: readonly Fault[] } {
  const considered = faults.map((fault) => consider(fault, occasion, now));
  return {
    hits: considered.flatMap(([fault, isHit]) => (isHit ? [fault] : [])),
    after: considered.map(([fault]) => fault),
  };
}

/** The form in which it strikes this time: `either` leaves it to chance. */
export function formOf(fault: Fault): string {
  const [first = '', ...others] = KINDS[fault.kind].how ?? [];
  const asked = fault.how ?? first;
  if (asked !== 'either') return asked;
  return others[Math.floor(draw(~fault.seed, fault.seen) * others.length)] ?? '';
}

/** Its delay, or its kind's. */
export const delayOf = (fault: Fault): number => fault.delay ?? KINDS[fault.kind].delay?.[1] ?? 0;
