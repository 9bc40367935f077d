// Which zone, type and market a launch asks for next, and what is remembered of those that had nothing to give.
import type { Market } from '../pool/offers.ts';
import type { Place } from './places.ts';

export interface Candidate {
  readonly subnetId: string;
  readonly zone: string;
  readonly type: string;
  readonly market: Market;
}

/** When each candidate was refused for want of capacity, monotonic ms. */
export type Refusals = ReadonlyMap<string, number>;

export const NO_REFUSALS: Refusals = new Map();

/** So long one that had nothing to give is passed over, in ms: capacity comes back within minutes, not seconds. */
const PASSED_OVER = 3 * 60_000;

const keyOf = ({ zone, type, market }: Candidate): string => `${zone} ${type} ${market}`;

const markets = (spot: boolean): readonly Market[] => (spot ? ['spot', 'on-demand'] : ['on-demand']);

/**
 * Everything that will do, in order: the planned zone, then other zones, then the next type; all of spot before
 * anything on demand.
 */
export function candidatesFor(
  zone: string,
  places: readonly Place[],
  { size, spot }: { readonly size: readonly string[]; readonly spot: boolean },
): readonly Candidate[] {
  const ordered = [
    ...places.filter((place) => place.zone === zone),
    ...places.filter((place) => place.zone !== zone),
  ];
  return markets(spot).flatMap((market) =>
    size.flatMap((type) =>
      ordered
        .filter(({ types }) => types.includes(type))
        .map((place) => ({ subnetId: place.subnetId, zone: place.zone, type, market })),
    ),
  );
}

const since = (refusals: Refusals, candidate: Candidate): number =>
  refusals.get(keyOf(candidate)) ?? Number.NEGATIVE_INFINITY;

const isOpen = (refusals: Refusals, candidate: Candidate, now: number): boolean =>
  now - since(refusals, candidate) >= PASSED_OVER;

/** Those that were not refused within the last three minutes. */
export const open = (all: readonly Candidate[], refusals: Refusals, now: number): readonly Candidate[] =>
  all.filter((candidate) => isOpen(refusals, candidate, now));

/** The one whose refusal is the oldest first: where nothing is open, it is the likeliest to have something again. */
export const oldestFirst = (all: readonly Candidate[], refusals: Refusals): readonly Candidate[] =>
  [...all].sort((a, b) => since(refusals, a) - since(refusals, b));

/** What is to be done about a refusal of EC2's, by its code ("Error codes for the Amazon EC2 API"). */
export type Answer = 'next' | 'later' | 'unsure' | 'final';

const ANSWERS: Readonly<Record<string, Answer>> = {
  // Nothing of this kind, here, now: another zone, type or market may have it.
  InsufficientInstanceCapacity: 'next',
  InsufficientHostCapacity: 'next',
  UnfulfillableCapacity: 'next',
  InsufficientFreeAddressesInSubnet: 'next',
  Unsupported: 'next',
  SpotMaxPriceTooLow: 'next',
  MaxSpotInstanceCountExceeded: 'next',
  // Too fast, or too early: the same again after a pause.
  RequestLimitExceeded: 'later',
  Throttling: 'later',
  EC2ThrottledException: 'later',
  'InvalidGroup.NotFound': 'later',
  // Nobody knows whether it was done: the very same request again, whose token makes that harmless.
  InternalError: 'unsure',
  InternalFailure: 'unsure',
  ServiceUnavailable: 'unsure',
  Unavailable: 'unsure',
  TimeoutError: 'unsure',
  ECONNRESET: 'unsure',
  EPIPE: 'unsure',
  ERR_STREAM_PREMATURE_CLOSE: 'unsure',
  ETIMEDOUT: 'unsure',
};

export const answerTo = (code: string): Answer =>
  Object.hasOwn(ANSWERS, code) ? (ANSWERS[code] ?? 'final') : 'final';

/** Notes that a candidate had nothing to give; a quota of spot instances holds for all zones and types. */
export function refused(
  refusals: Refusals,
  all: readonly Candidate[],
  candidate: Candidate,
  code: string,
  now: number,
): Refusals {
  const isQuota = code === 'MaxSpotInstanceCountExceeded';
  const hit = isQuota ? all.filter(({ market }) => market === 'spot') : [candidate];
  return new Map([...refusals, ...hit.map((one) => [keyOf(one), now] as const)]);
}
