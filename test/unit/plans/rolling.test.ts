// Restarts without a gap: property over pools of any size, with steps done in any order.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configureNodes, isConfigured } from '../../../src/plans/configure-nodes.ts';
import type { Step } from '../../../src/plans/plan.ts';
import { heldBack } from '../../../src/plans/rolling.ts';
import type { Seen } from '../../../src/plans/seen.ts';
import { app, kit } from '../built-in.ts';
import { address, configured, instance, seenOf, settings, words } from './ground.ts';

const idsOf = (count: number) => Array.from({ length: count }, (_, at) => `i-${at + 1}`);

/** A pool that serves, and whose app is to get another environment: everybody has to be restarted. */
function changed(count: number): Seen {
  const ids = idsOf(count);
  const serving = Object.fromEntries(ids.map((id) => [id, ids]));
  const seen = seenOf({ instances: ids.map((id) => instance(id)), at: address('i-1'), serving });
  const progress = new Map(
    [...seen.progress].map(([id, known]) => [id, { ...known, stage: 'probed' as const }]),
  );
  return { ...seen, progress, kit: kit(settings({ app: app({ env: { NEW: 'yes' } }) })) };
}

/**
 * What a step does to what is seen; who is configured and whose app is ill comes back `unhealthy`, and where `failing`
 * nobody can be configured.
 */
function stepped(seen: Seen, step: Step, ill: readonly string[] = [], failing = false): Seen {
  const note = (id: string, known: ReturnType<typeof configured>) => ({
    ...seen,
    progress: new Map(seen.progress).set(id, known),
  });
  if (step.do === 'configure' && failing) {
    const before = seen.progress.get(step.node.id);
    return before ? note(step.node.id, { ...before, stage: 'failed' }) : seen;
  }
  if (step.do === 'configure') {
    const { up = [] } = seen.progress.get(step.node.id) ?? {};
    const known = configured(seen, step.node, step.members, up);
    return note(step.node.id, ill.includes(step.node.id) ? { ...known, stage: 'unhealthy' } : known);
  }
  if (step.do === 'rotate') {
    const known = configured(
      seen,
      step.node,
      step.members,
      step.members.map(({ id }) => id),
    );
    const before = seen.progress.get(step.node.id);
    return note(
      step.node.id,
      before
        ? {
            ...before,
            members: known.members,
            up: known.up,
            state: {
              ...before.state,
              entries: new Map([
                ...before.state.entries,
                ['/etc/haproxy/haproxy.cfg', known.state.entries.get('/etc/haproxy/haproxy.cfg') ?? ''],
              ]),
            },
          }
        : known,
    );
  }
  return seen;
}

const upNow = (seen: Seen) => seen.progress.get('i-1')?.up ?? [];

/** Does one of the steps after another, whichever the dice say, until none is left; nobody is touched who serves. */
function brought(from: Seen, dice: Iterator<number>, count: number, failing = false): Seen {
  let seen = from;
  for (let turn = 0; turn < 200; turn += 1) {
    const plan = configureNodes(seen);
    const step = plan[(dice.next().value ?? 0) % Math.max(1, plan.length)];
    if (step === undefined) break;
    const touches = step.do === 'configure' && seen.progress.get(step.node.id)?.stage === 'probed';
    if (touches) expect(upNow(seen)).not.toContain(step.node.id);
    seen = stepped(seen, step, [], failing);
    expect(upNow(seen).length).toBeGreaterThanOrEqual(count - 1);
  }
  return seen;
}

describe('restarting everybody', () => {
  test('the first leaves the rotation before it is touched, the master is the last', () => {
    const seen = changed(3);
    const plan = configureNodes(seen);
    expect(words(plan)).toEqual(['rotate i-1']);
    expect(plan[0]?.do === 'rotate' && plan[0].members.map(({ id }) => id)).toEqual(['i-1', 'i-2']);
    const next = plan[0] ? stepped(seen, plan[0]) : seen;
    expect(words(configureNodes(next))).toContain('configure i-3');
  });

  test('a pool of one has nobody to stand in, and is restarted as it is', () => {
    const seen = changed(1);
    expect(words(configureNodes(seen))).toEqual(['configure i-1']);
  });

  test('property: never more than one is out of rotation, and all are brought to the new configuration', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.infiniteStream(fc.nat()), (count, dice) => {
        const seen = brought(changed(count), dice, count);
        expect(isConfigured(seen)).toBe(true);
        expect([...upNow(seen)].sort()).toEqual(idsOf(count));
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  test('property: whoever cannot be brought to it comes back as it was, and the others have their turn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.infiniteStream(fc.nat()), (count, dice) => {
        const seen = brought(changed(count), dice, count, true);
        expect([...seen.progress.values()].map(({ stage }) => stage)).toEqual(
          idsOf(count).map(() => 'failed'),
        );
        expect([...upNow(seen)].sort()).toEqual(idsOf(count));
        expect(isConfigured(seen)).toBe(true);
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  test('property: when the first comes back ill the others go on serving what they serve', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 6 }), (count) => {
        let seen = changed(count);
        for (let turn = 0; turn < 50; turn += 1) {
          const [step] = configureNodes(seen);
          if (step === undefined) break;
          seen = stepped(seen, step, idsOf(count));
        }
        expect([...seen.progress.values()].filter(({ stage }) => stage === 'unhealthy')).toHaveLength(1);
        expect(heldBack(seen)).toHaveLength(count - 1);
        expect(isConfigured(seen)).toBe(true);
      }),
      { numRuns: 20 },
    );
  }, 30_000);
});
