// Where a launch is asked for, in which order, and what is passed over for some minutes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  answerTo,
  type Candidate,
  candidatesFor,
  NO_REFUSALS,
  oldestFirst,
  open,
  refused,
} from '../../../src/plans/capacity.ts';
import { launchToken } from '../../../src/plans/launch-token.ts';
import type { Place } from '../../../src/plans/places.ts';

const place = (zone: string, ...types: string[]): Place => ({
  subnetId: `subnet-${zone}`,
  zone,
  vpcId: 'vpc-1',
  free: 10,
  types,
});
const PLACES = [place('a', 't3.small', 't3a.small'), place('b', 't3.small'), place('c', 't3a.small')];
const SIZE = ['t3.small', 't3a.small'];
const shown = (all: readonly Candidate[]) => all.map(({ zone, type, market }) => `${zone} ${type} ${market}`);
const all = candidatesFor('b', PLACES, { size: SIZE, spot: true });
const [first, second] = all;

describe('the order of candidates', () => {
  test('the planned zone, other zones, then the next type; zones without a type are left out', () => {
    expect(shown(candidatesFor('b', PLACES, { size: SIZE, spot: false }))).toEqual([
      'b t3.small on-demand',
      'a t3.small on-demand',
      'a t3a.small on-demand',
      'c t3a.small on-demand',
    ]);
  });

  test('all of spot comes before anything on demand', () => {
    const markets = all.map(({ market }) => market);
    expect(markets).toEqual([...Array(4).fill('spot'), ...Array(4).fill('on-demand')]);
  });
});

describe('whoever had no capacity', () => {
  test('is passed over for three minutes, and no other with it', () => {
    if (!first) throw new Error('no candidate');
    const refusals = refused(NO_REFUSALS, all, first, 'InsufficientInstanceCapacity', 1_000);
    expect(open(all, refusals, 180_999)).toEqual(all.slice(1));
    expect(open(all, refusals, 181_000)).toEqual(all);
  });

  test('by a quota of spot instances: the whole market', () => {
    if (!first) throw new Error('no candidate');
    const refusals = refused(NO_REFUSALS, all, first, 'MaxSpotInstanceCountExceeded', 0);
    expect(open(all, refusals, 0).map(({ market }) => market)).toEqual(Array(4).fill('on-demand'));
  });

  test('where nobody is left, the oldest refusal is the first to be asked again', () => {
    if (!first || !second) throw new Error('no candidate');
    const two = [first, second];
    const late = refused(NO_REFUSALS, two, first, 'InsufficientInstanceCapacity', 2_000);
    const both = refused(late, two, second, 'InsufficientInstanceCapacity', 1_000);
    expect(oldestFirst(two, both)).toEqual([second, first]);
  });
});

test.for([
  ['InsufficientInstanceCapacity', 'next'],
  ['SpotMaxPriceTooLow', 'next'],
  ['MaxSpotInstanceCountExceeded', 'next'],
  ['InsufficientFreeAddressesInSubnet', 'next'],
  ['RequestLimitExceeded', 'later'],
  ['TimeoutError', 'unsure'],
  ['InternalError', 'unsure'],
  ['ECONNRESET', 'unsure'],
  ['VcpuLimitExceeded', 'final'],
  ['UnauthorizedOperation', 'final'],
  ['ExpiredToken', 'final'],
  ['toString', 'final'],
])('%s: %s', ([code = '', answer]) => {
  expect(answerTo(code)).toBe(answer);
});

test('the token of a launch is another for each zone, type, market, count and attempt, and the same for the same', () => {
  const launch = fc.record({
    pool: fc.constant('party'),
    groupId: fc.constant('sg-1'),
    zone: fc.constantFrom('a', 'b'),
    type: fc.constantFrom(...SIZE),
    market: fc.constantFrom('spot' as const, 'on-demand' as const),
    count: fc.integer({ min: 1, max: 3 }),
    attempt: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(launch, launch, (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      const tokens = [one, other].map((each) => launchToken(each, [], each.attempt));
      expect(tokens[0] === tokens[1]).toBe(isSame);
      expect(tokens[0]).toMatch(/^[0-9a-f]{64}$/);
    }),
  );
});
