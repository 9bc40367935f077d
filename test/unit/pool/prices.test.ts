// Prices: the table, the user's own before it, and what nobody knows.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { affordable, dearestUsd, fits, unpriced, usd, whyNot } from '../../../src/pool/afford.ts';
import { hourlyUsd, volumeUsd } from '../../../src/pool/prices.ts';
import { vcpusOf } from '../../../src/pool/vcpus.ts';

const east = { region: 'us-east-1', own: {} };

test.for([
  ['t3.small', 'us-east-1', 0.0208],
  ['t3.small', 'us-west-2', 0.0208],
  ['t3.small', 'eu-central-1', 0.024],
  ['m5.4xlarge', 'us-east-1', 0.768],
  ['m5.4xlarge', 'nowhere-1', undefined],
  ['m9.large', 'us-east-1', undefined],
  ['t3.toString', 'us-east-1', undefined],
  ['toString', 'us-east-1', undefined],
  ['', 'us-east-1', undefined],
] as const)('%s in %s costs %s', ([type, region, price]) => {
  expect(hourlyUsd(type, { region, own: {} })).toBe(price);
  expect(hourlyUsd(type, { region, own: { [type]: 7 } })).toBe(7);
});

test('a volume is paid by the month of 730 hours', () => {
  expect(volumeUsd(8, east)).toBeCloseTo((8 * 0.08) / 730, 12);
  expect(volumeUsd(8, { region: undefined, own: {} })).toBeUndefined();
});

test('the dearest of several types counts, and one without a price makes it unknown', () => {
  expect(dearestUsd(['t3.small', 't3.large'], east)).toBe(0.0832);
  expect(dearestUsd(['t3.small', 'm9.large'], east)).toBeUndefined();
  expect(unpriced(['t3.small', 't3.large'], east)).toBeUndefined();
  expect(unpriced(['t3.small', 'm9.large'], east)).toBe(
    'the price of m9.large in us-east-1 is unknown; set prices in pool.yml, like prices: { m9.large: 0.05 }',
  );
});

test('what is bought within a limit keeps within it, and one more would not', () => {
  const cents = fc.integer({ min: 1, max: 100_000 }).map((n) => n / 10_000);
  fc.assert(
    fc.property(cents, cents, cents, (limit, spent, each) => {
      const count = affordable({ limit, spent, each });
      if (count > 0) expect(fits(spent + count * each, limit)).toBe(true);
      expect(spent + (count + 1) * each).toBeGreaterThan(limit - 1e-8);
    }),
  );
});

test('without a limit there is room for all; under a limit an unknown price leaves none', () => {
  expect(affordable({ limit: undefined, spent: undefined, each: undefined })).toBe(Number.POSITIVE_INFINITY);
  expect(affordable({ limit: 9, spent: undefined, each: 1 })).toBe(0);
  expect(affordable({ limit: 9, spent: 1, each: undefined })).toBe(0);
  expect(affordable({ limit: 0.0624, spent: 0, each: 0.0208 })).toBe(3);
  expect(whyNot({ limit: 0.05, spent: 0.0416, each: 0.0208 })).toBe(
    'max_hourly_usd is 0.05, and with one more it would be 0.0624',
  );
  expect(usd(0.1 + 0.2)).toBe('0.3');
});

test('vCPUs go with the size', () => {
  expect(['t3.nano', 't3.2xlarge', 'm5.large', 'c6i.4xlarge', 'x9.24xlarge'].map(vcpusOf)).toEqual([
    2, 8, 2, 16, 2,
  ]);
});
