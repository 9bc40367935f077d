// The ranges of slots: as written down, and never shared.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressPlan, overlap, slots } from '../../../../src/local-cloud/network/plan.ts';

describe('addressPlan', () => {
  test.for([
    [0, '198.18.0.1', '10.144.0.0/16', '198.18.4.0/22'],
    [1, '198.18.8.1', '10.145.0.0/16', '198.18.12.0/22'],
    [31, '198.18.248.1', '10.175.0.0/16', '198.18.252.0/22'],
    [32, '198.19.0.1', '10.176.0.0/16', '198.19.4.0/22'],
    [63, '198.19.248.1', '10.207.0.0/16', '198.19.252.0/22'],
  ] as const)('slot %i', ([slot, address, vpc, publicRange]) => {
    expect(addressPlan(slot)).toMatchObject({ address, vpc, publicRange });
  });

  test.for([-1, slots, 0.5, Number.NaN])('refuses slot %d', (slot) => {
    expect(() => addressPlan(slot)).toThrow(/is not 0 to 63/);
  });

  test('gives no two slots a common address', () => {
    const ranges = (slot: number) => {
      const plan = addressPlan(slot);
      return [plan.address, plan.vpc, plan.publicRange];
    };
    const slot = fc.integer({ min: 0, max: slots - 1 });
    fc.assert(
      fc.property(slot, slot, (one, other) => {
        fc.pre(one !== other);
        expect(ranges(one).some((a) => ranges(other).some((b) => overlap(a, b)))).toBe(false);
      }),
    );
  });

  test('keeps the cloud’s own address out of what it hands out, and subnets within the VPC', () => {
    const plan = addressPlan(5);
    expect([plan.vpc, plan.publicRange].some((range) => overlap(range, plan.address))).toBe(false);
    expect(plan.subnets.every((subnet) => overlap(subnet, plan.vpc))).toBe(true);
    expect(overlap(plan.subnets[0], plan.subnets[1])).toBe(false);
    expect(overlap(plan.subnets[1], plan.subnets[2])).toBe(false);
  });
});

test.for([
  ['10.0.0.0/8', '10.144.0.0/16', true],
  ['10.144.0.0/16', '10.144.255.255', true],
  ['10.143.255.255', '10.144.0.0/16', false],
  ['10.145.0.0', '10.144.0.0/16', false],
  ['192.0.2.77/24', '192.0.2.1', true],
  ['0.0.0.0/0', '255.255.255.255', true],
] as const)('%s and %s overlap: %s', ([one, other, expected]) => {
  expect(overlap(one, other)).toBe(expected);
  expect(overlap(other, one)).toBe(expected);
});
