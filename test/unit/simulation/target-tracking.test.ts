// The reference in small cases that can be worked out by hand: when it acts, and by how much.
import { describe, expect, test } from 'vitest';
import { Fleet, SAMPLE } from '../../../src/simulation/fleet.ts';
import { TargetTracking } from '../../../src/simulation/target-tracking.ts';

const MINUTE = 60_000;

/** The number of instances, those that leave apart, at the end of each minute under these demands. */
function sizes(demands: readonly number[], minimum = 2, maximum = 20): readonly number[] {
  const fleet = new Fleet({ cpus: 2, maxConnections: 64, drainLimit: 60_000, usd: 0.02 }, () => 45_000);
  const scaler = new TargetTracking(fleet, { minimum, maximum }, 0);
  return demands.map((demand, minute) => {
    for (let at = minute * MINUTE + SAMPLE; at <= (minute + 1) * MINUTE; at += SAMPLE) {
      fleet.work(demand, SAMPLE);
      fleet.settle(at);
      fleet.sample();
      scaler.look(at);
    }
    return fleet.nodes.filter((node) => node.leaving === undefined).length;
  });
}

const times = (count: number, value: number): readonly number[] => Array.from({ length: count }, () => value);

describe('AWS target tracking', () => {
  test('three minutes above 50 % bring as many as bring it back to 50 %', () => {
    // 1.5 on 2 is 75 %: 2 × 0.75 / 0.5 = 3.
    expect(sizes(times(4, 1.5))).toEqual([2, 2, 3, 3]);
  });

  test('who warms up is not asked for twice', () => {
    expect(sizes(times(12, 1.5))).toEqual([2, 2, ...times(10, 3)]);
  });

  test('two minutes are not enough, and a dip begins anew', () => {
    expect(sizes([1.5, 1.5, 0.9, 1.5, 1.5, 0.9])).toEqual(times(6, 2));
  });

  test('fifteen minutes below 45 % take away what is too much, at once', () => {
    const course = sizes([...times(15, 4), ...times(40, 0.5)]);
    const high = course[20] ?? 0;
    expect(high).toBeGreaterThanOrEqual(7);
    expect(course.slice(15, 29)).toEqual(times(14, course[15] ?? 0));
    expect(course.at(-1)).toBe(2);
  });

  test('between 45 and 50 % nothing changes', () => {
    expect(sizes(times(40, 0.95))).toEqual(times(40, 2));
  });

  test('keeps its limits', () => {
    expect(Math.max(...sizes(times(30, 9), 2, 4))).toBe(4);
    expect(Math.min(...sizes(times(30, 0), 2, 4))).toBe(2);
  });
});
