// The load model against the kernel's formula, and what happens to work that cannot be done.
import { describe, expect, test } from 'vitest';
import { Fleet, SAMPLE } from '../../../src/simulation/fleet.ts';

const begun = (nodes: number, cpus = 1, boot = 45_000): Fleet => {
  const fleet = new Fleet({ cpus, maxConnections: 64, drainLimit: 60_000, usd: 0.02 }, () => boot);
  fleet.begin(nodes, 0);
  return fleet;
};

function pass(fleet: Fleet, demand: number, from: number, to: number): void {
  for (let at = from + SAMPLE; at <= to; at += SAMPLE) {
    fleet.work(demand, SAMPLE);
    fleet.settle(at);
    fleet.sample();
  }
}

/** calc_load of the kernel's loadavg.c, in its fixed point of 11 bits; EXP_1 = 1884 is e^(-5/60) in it. */
function kernel(load: number, active: number): number {
  const next = load * 1_884 + active * 2_048 * (2_048 - 1_884);
  return Math.floor((active * 2_048 >= load ? next + 2_047 : next) / 2_048);
}

describe('load', () => {
  test.for([
    [1, 0.8],
    [2, 0.8],
    [1, 0.2],
  ] as const)("%i vCPUs, %f busy: as the kernel's own arithmetic has it", ([cpus, demand]) => {
    const fleet = begun(1, cpus);
    let fixed = 2_048;
    for (let tick = 1; tick <= 60; tick += 1) {
      pass(fleet, demand, (tick - 1) * SAMPLE, tick * SAMPLE);
      fixed = kernel(fixed, demand * cpus);
      expect(Math.abs((fleet.nodes[0]?.figures.load ?? 0) - fixed / 2_048)).toBeLessThan(0.01);
    }
  });

  test('is shared evenly, and one that joins takes its share at once', () => {
    const fleet = begun(2);
    fleet.work(1.8, SAMPLE);
    expect(fleet.busy).toBeCloseTo(0.9);
    fleet.launch(1, 0);
    pass(fleet, 1.8, 0, 40_000);
    expect([fleet.serving, fleet.nodes.length]).toEqual([2, 3]);
    pass(fleet, 1.8, 40_000, 50_000);
    expect(fleet.serving).toBe(3);
    expect(fleet.busy).toBeCloseTo(0.6);
  });

  test('what cannot be done waits: on the nodes first, then in the queue, and has to be worked off', () => {
    const fleet = begun(2);
    fleet.work(2.5, 5_000);
    // Half an instance for 5 s, 50 requests a second each: 125 requests, and the nodes hold 2 × 64.
    expect([fleet.isOverloaded, fleet.backlog, fleet.waiting, fleet.queue]).toEqual([true, 2.5, 125, 0]);
    fleet.sample();
    expect(fleet.nodes[0]?.figures.load).toBeGreaterThan(1);
    fleet.work(2.5, 5_000);
    expect(fleet.queue).toBe(250 - 128);
    fleet.work(1, 5_000);
    expect([fleet.isOverloaded, fleet.backlog]).toEqual([false, 0]);
  });

  test('an exact fit is no overload', () => {
    const fleet = begun(3);
    fleet.work(0.1 * 3 * 10, 5_000);
    expect(fleet.isOverloaded).toBe(false);
  });
});

describe('life', () => {
  test('one that leaves gets nothing new, is a server until it is drained, and then can end', () => {
    const fleet = begun(3);
    const id = fleet.nodes[2]?.id ?? '';
    fleet.leave(id, 'idle', 0);
    expect([fleet.serving, fleet.nodes[2]?.isServer]).toEqual([2, true]);
    fleet.settle(10_000);
    expect(fleet.nodes[2]?.isServer).toBe(false);
    fleet.terminate(id);
    expect(fleet.nodes.map(({ name }) => name)).toEqual(['node0', 'node1']);
  });
});
