// max_hourly_usd: no launch goes beyond it, whoever decides on it and whatever for.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tooDear } from '../../../src/plans/budget.ts';
import { govern } from '../../../src/plans/govern.ts';
import { start } from '../../../src/plans/start.ts';
import { hourlyUsd } from '../../../src/pool/prices.ts';
import { lives, type NodeSight, type Sight } from '../../../src/pool/sight.ts';
import { address, instance, seenOf, settings } from './ground.ts';
import { after, node, policy, settled, sight, told } from './sights.ts';

const SMALL = 0.0208;
const paid = (index: number, load?: number, over: Partial<NodeSight> = {}) =>
  node(index, load, { usd: SMALL, ...over });
const seen = (nodes: readonly NodeSight[], over: Partial<Sight> = {}) =>
  sight(nodes, { eachUsd: SMALL, ...over });
const by = (max_hourly_usd: number | undefined, over = {}) =>
  policy({ minimum_instances: 2, maximum_instances: 9, max_hourly_usd, ...over });

describe('the maintainer', () => {
  const busy = seen([paid(0, 9), paid(1, 9)]);

  test.for([
    [undefined, ['launch 2'], 'would carry it'],
    [4 * SMALL, ['launch 2'], 'would carry it'],
    [3 * SMALL, ['launch 1'], '; max_hourly_usd 0.0624 leaves room for no more'],
    [0.05, [], ', but max_hourly_usd is 0.05, and with one more it would be 0.0624'],
    [0.01, [], ', but max_hourly_usd is 0.01, and with one more it would be 0.0624'],
  ] as const)('with a limit of %s launches %s', ([limit, acts, because]) => {
    const verdict = settled(seen(busy.nodes), by(limit));
    expect(told(verdict)).toEqual(acts);
    expect(verdict.because).toContain(because);
  });

  test('heals no further than that either', () => {
    const one = seen([paid(0, 0.5)]);
    expect(settled(one, by(SMALL)).because).toBe(
      'holding at 1: minimum_instances is 2, 1 are there, but max_hourly_usd is 0.0208, and with one more it would be 0.0416',
    );
    expect(told(settled(one, by(0.0416)))).toEqual(['launch 1']);
  });

  test('counts those that leave until they have gone, and those launched just now', () => {
    const leaving = seen([paid(0, 9), paid(1, 9), paid(2, 9, { leaving: 'shrink' })]);
    expect(told(settled(leaving, by(3 * SMALL)))).toEqual([]);
    expect(told(settled(seen([paid(0, 9)], { unseen: 1 }), by(2 * SMALL)))).toEqual([]);
  });

  test('replaces one for one, and nobody where the limit was lowered below what is there', () => {
    const silent = seen([paid(0, 0.5), paid(1, 0.5), paid(2, undefined, { misses: 9, isMissed: true })]);
    expect(told(settled(silent, by(3 * SMALL)))).toEqual(['replace i-2']);
    const verdict = settled(silent, by(2 * SMALL));
    expect(told(verdict)).toEqual([]);
    expect(verdict.because).toContain('but max_hourly_usd is 0.0416, and with one more it would be 0.0624');
    const dearer = { ...silent, eachUsd: 2 * SMALL };
    expect(told(settled(dearer, by(3 * SMALL)))).toEqual([]);
  });

  test('launches nothing whose price, or theirs who are there, nobody knows', () => {
    expect(settled({ ...busy, eachUsd: undefined }, by(9)).because).toContain(
      'the price of an instance is unknown',
    );
    const odd = seen([paid(0, 9), node(1, 9)]);
    expect(told(settled(odd, by(9)))).toEqual([]);
    expect(told(settled(odd, by(undefined)))).toEqual(['launch 2']);
  });

  test('property: whatever is seen, what is launched keeps within the limit', () => {
    const price = fc.constantFrom(0.01, SMALL, 0.1, undefined);
    const any = fc.record({
      load: fc.option(fc.double({ min: 0, max: 20, noNaN: true }), { nil: undefined }),
      usd: price,
      state: fc.constantFrom('pending', 'running', 'stopped', 'shutting-down'),
      standing: fc.constantFrom('booting', 'serving', 'ill', 'failed'),
      misses: fc.constantFrom(0, 9),
      leaving: fc.constantFrom(undefined, undefined, 'shrink'),
      notice: fc.constantFrom(undefined, undefined, 'terminate'),
    } as const);
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 6 }),
        fc.double({ min: 0.005, max: 0.3, noNaN: true }),
        price,
        fc.nat({ max: 2 }),
        (nodes, limit, eachUsd, unseen) => {
          const now = sight(
            nodes.map(({ load, ...over }, index) =>
              node(index, load, { ...over, isMissed: over.misses > 0 }),
            ),
            { eachUsd, unseen },
          );
          const rule = by(limit, { minimum_instances: 3 });
          const { acts } = govern(now, rule, after(now, rule));
          const launches = acts.reduce(
            (sum, act) => sum + (act.do === 'launch' ? act.count : Number(act.do === 'replace')),
            0,
          );
          if (launches === 0) return;
          const replaced = new Set(acts.flatMap((act) => (act.do === 'replace' ? [act.id] : [])));
          const stay = now.nodes
            .filter((one) => lives(one) && !replaced.has(one.id))
            .map((one) => one.usd ?? Number.NaN);
          const bill =
            stay.reduce((sum, one) => sum + one, 0) + (launches + unseen) * (eachUsd ?? Number.NaN);
          expect(bill).toBeLessThanOrEqual(limit + 1e-9);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a start', () => {
  const of = (over = {}) => settings({ minimum_instances: 3, region: 'us-east-1', ...over });
  const environment = { AWS_REGION: 'us-east-1' };

  test('whose minimum costs too much is refused, with what to do', () => {
    expect(tooDear(of({ max_hourly_usd: 0.0624 }), environment, [])).toBeUndefined();
    expect(tooDear(of({ max_hourly_usd: 0.06 }), environment, [])).toBe(
      '3 instances would cost 0.0624 USD an hour, and max_hourly_usd is 0.06; raise it, lower minimum_instances, or set a smaller size',
    );
    expect(
      tooDear(of({ max_hourly_usd: 0.03, prices: { 't3.small': 0.01 } }), environment, []),
    ).toBeUndefined();
  });

  test('that launches nothing is refused for no price', () => {
    const { nodes } = seenOf({ instances: ['i-1', 'i-2', 'i-3'].map((id) => instance(id)) }).pool;
    expect(tooDear(of({ max_hourly_usd: 0.001 }), environment, nodes)).toBeUndefined();
  });

  test('property: launches no more than the limit leaves room for, dearer ones there included', () => {
    const types = fc.array(fc.constantFrom('t3.small', 'm5.large', 't3.nano'), { maxLength: 3 });
    fc.assert(
      fc.property(
        types,
        fc.double({ min: 0.001, max: 0.4, noNaN: true }),
        fc.nat({ max: 2 }),
        (there, limit, unseen) => {
          const mine = of({ minimum_instances: 5, max_hourly_usd: limit });
          const instances = there.map((type, index) => instance(`i-${index}`, { type }));
          const plan = start(seenOf({ instances, at: address(), unseen }, mine), mine);
          const count = plan.reduce((sum, step) => sum + (step.do === 'launch' ? step.count : 0), 0);
          const list = { region: 'us-east-1', own: {} };
          const spent = there.reduce((sum, type) => sum + (hourlyUsd(type, list) ?? Number.NaN), 0);
          if (count > 0) expect(spent + (count + unseen) * SMALL).toBeLessThanOrEqual(limit + 1e-9);
          expect(count).toBeLessThanOrEqual(Math.max(0, 5 - there.length - unseen));
        },
      ),
    );
  });
});
