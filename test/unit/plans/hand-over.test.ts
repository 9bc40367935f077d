// A master whose own app is dead hands its role to a node that serves; a table of pools and who gets it.
import { describe, expect, test } from 'vitest';
import { handOver } from '../../../src/plans/hand-over.ts';
import { address, instance, seenOf, settings, words } from './ground.ts';
import { MINUTE, NOW, node, sight } from './sights.ts';

const of = settings({ minimum_instances: 3, instance_profile: 'poolparty' });
const seen = (at = address('i-0'), by = of) =>
  seenOf({ instances: ['i-0', 'i-1', 'i-2'].map((id) => instance(id)), at }, by);
const ill = node(0, 0, { standing: 'ill', outSince: NOW - 5 * MINUTE, servesSince: undefined });
const [one, two] = [node(1, 0.5), node(2, 0.5)];

describe('an ill master', () => {
  test('hands over to the first that serves, with a reason', () => {
    const plan = handOver(sight([ill, one, two]), seen());
    expect(words(plan)).toEqual(['hand-over i-1']);
    expect(plan[0]?.because).toBe('the app of node0 does not come back, and the others serve');
  });

  test('hands over as well where its maintainer never saw it serve, and could not bring it up', () => {
    const never = { ...ill, outSince: undefined, served: false };
    expect(words(handOver(sight([{ ...never, falls: 3 }, one, two]), seen()))).toEqual(['hand-over i-1']);
    expect(handOver(sight([{ ...never, falls: 2 }, one, two]), seen())).toEqual([]);
  });

  test.each([
    ['out of the rotation for less than 5 minutes', [{ ...ill, outSince: NOW - 5 * MINUTE + 1 }, one, two]],
    ['well', [node(0, 0.5), one, two]],
    ['about to leave', [{ ...ill, leaving: 'asked' }, one, two]],
    ['one of many whose apps are dead', [ill, { ...one, standing: 'ill' as const }, two]],
  ])('keeps its role while it is %s', (_what, nodes) => {
    expect(handOver(sight(nodes), seen())).toEqual([]);
  });

  test.each([
    ['is silent', { misses: 1 }],
    ['leaves', { leaving: 'asked' }],
    ['is to end soon', { notice: 'terminate at 12:00' }],
  ])('passes over one that %s', (_what, over) => {
    expect(words(handOver(sight([ill, node(1, 0.5, over), two]), seen()))).toEqual(['hand-over i-2']);
  });

  test('keeps its role where it has just got it, or where it cannot move', () => {
    expect(handOver(sight([ill, one, two], { mayResize: false }), seen())).toEqual([]);
    expect(handOver(sight([ill, one, two]), seen(address('i-1')))).toEqual([]);
    expect(handOver(sight([ill, one, two]), seen(address('i-0'), settings()))).toEqual([]);
  });
});
