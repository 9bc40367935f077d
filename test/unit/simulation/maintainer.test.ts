// The pool's own decider on simulated instances: it meets a step, settles, and gives back what it no longer needs.
import { describe, expect, test } from 'vitest';
import { untold } from '../../../src/simulation/simulate.ts';
import { defaultPolicy, figuresOf, minutes } from './contest.ts';

const times = (count: number, value: number): readonly number[] => Array.from({ length: count }, () => value);
const policy = defaultPolicy();

describe('a pool under the default rules', () => {
  test('that is neither busy nor idle changes nothing', () => {
    expect(figuresOf(minutes(times(120, 1)), policy)).toMatchObject({
      changes: 0,
      nodeHours: 4,
      overloadedMinutes: 0,
      largestBacklog: 0,
      ticks: 1_440,
    });
  });

  test('meets a step with as many as it needs, within three minutes of deciding, booting and working off', () => {
    const figures = figuresOf(minutes([...times(10, 1), ...times(110, 3)]), policy);
    // 2 nodes, and then 4, which 3 keep busy to 75 %.
    expect(figures.changes).toBe(1);
    expect(figures.overloadedMinutes).toBeGreaterThan(0);
    expect(figures.overloadedMinutes).toBeLessThan(3);
    expect(figures.nodeHours).toBeCloseTo(4 + 2 * (109.6 / 60), 1);
  });

  test('gives back one node after the other', () => {
    const figures = figuresOf(minutes([...times(30, 6), ...times(90, 0.5)]), policy);
    const idle = figuresOf(minutes(times(120, 0.5)), policy);
    expect(idle.nodeHours).toBe(4);
    expect(figures.nodeHours).toBeLessThan(11);
  });

  test('the same seed gives the same figures, another seed others', () => {
    const demand = minutes([...times(10, 1), ...times(20, 9), ...times(30, 1)]);
    expect(figuresOf(demand, policy, 5)).toEqual(figuresOf(demand, policy, 5));
    expect(figuresOf(demand, policy, 6)).not.toEqual(figuresOf(demand, policy, 5));
  });

  test('any polling time will do', () => {
    const figures = figuresOf(minutes(times(60, 1)), defaultPolicy({ polling_time: 7_000 }));
    expect(figures).toMatchObject({ changes: 0, nodeHours: 2, ticks: Math.floor(3_600 / 7) });
  });

  test('metrics that are not simulated are named', () => {
    expect(untold(policy)).toEqual([]);
    expect(untold(defaultPolicy({ expand_when: 'memory > 80% or load > 1' }))).toEqual(['memory']);
  });
});
