// Restarts without a gap: property over pools of any size, with steps done in any order.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configureNodes, isConfigured } from '../../../src/plans/configure-nodes.ts';
import { UNTOUCHED } from '../../../src/plans/node-state.ts';
import type { Step } from '../../../src/plans/plan.ts';
import { heldBack } from '../../../src/plans/rolling.ts';
import type { Progress, Seen } from '../../../src/plans/seen.ts';
import type { InstanceId } from '../../../src/pool/instance.ts';
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
  return {
    ...seen,
    progress,
    kit: kit(settings({ app: app({ env: { NEW: 'yes' } }), minimum_instances: Math.min(count, 2) })),
  };
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
    return before ? note(step.node.id, { ...before, stage: 'failed', byChange: true }) : seen;
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

  test('F2, property: who cannot be brought to it comes back as it was, and nobody else is tried', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.infiniteStream(fc.nat()), (count, dice) => {
        const seen = brought(changed(count), dice, count, true);
        const failed = [...seen.progress].filter(([, { stage }]) => stage === 'failed').map(([id]) => id);
        expect(failed).toEqual([`i-${count}`]);
        expect(heldBack(seen)).toHaveLength(count - 1);
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

describe('F2: nobody is tried', () => {
  let silent: Progress = { stage: 'failed', members: [], up: [], state: UNTOUCHED, blind: true };
  const held = (count: number, silentOne: InstanceId, finds: Partial<Progress>) => {
    const seen = changed(count);
    const progress = new Map(seen.progress);
    for (const [id, one] of progress) progress.set(id, { ...one, ...finds });
    const after = { ...seen, progress: progress.set(silentOne, silent) };
    expect(words(configureNodes(after)).filter((word) => word.startsWith('configure'))).toEqual([]);
    expect(isConfigured(after)).toBe(true);
    return heldBack(after).map(({ id }) => id);
  };

  test('while the master does not say whom it serves', () => {
    expect(held(3, 'i-1', {})).toEqual(['i-3', 'i-2']);
  });

  test('who is the last that serves, beside one that is silent', () => {
    expect(held(2, 'i-2', { members: ['i-1', 'i-2'], up: ['i-1'] })).toEqual(['i-1']);
    expect(held(2, 'i-2', {})).toEqual(['i-1']);
    silent = { ...silent, blind: false };
    expect(held(2, 'i-2', { members: ['i-1', 'i-2'], up: ['i-1'] })).toEqual(['i-1']);
  });

  test('who alone serves, while the master, whose own app is out, has not shown that it serves with the change', () => {
    const seen = changed(2);
    const master = seen.progress.get('i-1');
    if (master === undefined) throw new Error('it was looked at');
    const state = { ...master.state, healthy: false };
    const finds = { ...master, state, up: ['i-2'], lasting: ['i-2'] };
    const alone = { ...seen, progress: new Map(seen.progress).set('i-1', finds) };
    const [step, ...more] = configureNodes(alone);
    expect(words(step ? [step, ...more] : [])).toEqual(['configure i-1']);
    const after = step ? stepped(alone, step) : alone;
    expect(words(configureNodes(after))).toEqual(['rotate i-1']);
  });

  test('who is the last that serves, where the pool is smaller than it should be', () => {
    const seen = changed(1);
    const short = { ...seen, kit: kit({ ...seen.kit.settings, minimum_instances: 2 }) };
    expect(heldBack(short)).toHaveLength(1);
    expect(configureNodes(short)).toEqual([]);
  });
});

describe('the first that is tried', () => {
  /** What the master's HAProxy finds, of a pool of three whose node2 has the change already. */
  const afterFirst = (finds: Partial<Progress>): Seen => {
    let seen = changed(3);
    const node2 = seen.pool.nodes[2];
    const [one, two] = seen.pool.nodes;
    if (!one || !two || !node2) throw new Error('there are three');
    seen = stepped(seen, { do: 'configure', node: node2, members: [one, two, node2], because: '' });
    const master = seen.progress.get('i-1');
    if (master === undefined) throw new Error('it was looked at');
    return { ...seen, progress: new Map(seen.progress).set('i-1', { ...master, ...finds }) };
  };
  const all = ['i-1', 'i-2', 'i-3'];
  const leaves = (seen: Seen) =>
    configureNodes(seen).some(
      (step) => step.do === 'rotate' && step.node.id === 'i-1' && step.members.length < 3,
    );

  test('F2: a server that HAProxy has not checked yet is not up, and nobody else leaves', () => {
    expect(leaves(afterFirst({ up: ['i-1', 'i-2'], unchecked: ['i-3'], lasting: ['i-1', 'i-2'] }))).toBe(
      false,
    );
  });

  test('F2: one that has been up for a moment may be about to fall, and is waited for', () => {
    const seen = afterFirst({ up: all, lasting: ['i-1', 'i-2'] });
    expect(leaves(seen)).toBe(false);
    expect(isConfigured(seen)).toBe(false);
    expect(words(configureNodes(seen))).toContain('rotate i-1');
  });

  test('F2: one that answers most visitors with 5xx, or was changed just now, has not shown that it serves', () => {
    expect(leaves(afterFirst({ up: all, lasting: all, erring: ['i-3'] }))).toBe(false);
    expect(leaves({ ...afterFirst({ up: all, lasting: all }), fresh: new Set(['i-3']) })).toBe(false);
  });

  test('F2: when it has lasted the next one leaves', () => {
    expect(leaves(afterFirst({ up: all, lasting: all }))).toBe(true);
  });

  test('F2: nobody is touched who serves unchecked, as right after a reload', () => {
    const seen = afterFirst({ up: [], unchecked: all, lasting: [] });
    expect(words(configureNodes(seen)).filter((word) => word.startsWith('configure'))).toEqual([]);
  });

  test('F2: what needs no restart is tried on one node, too, and the rest of haproxy.cfg stays until then', () => {
    const seen = { ...changed(3), kit: kit(settings({ host_port: 8080 })) };
    const plan = configureNodes(seen);
    expect(words(plan)).toEqual(['configure i-3']);
  });
});

test('F2: whom visitors are sent to stays in the HAProxy of a standby, too, though its app was late for us', () => {
  const ids = idsOf(3);
  const serving = Object.fromEntries(ids.map((id) => [id, ids]));
  const seen = seenOf({ instances: ids.map((id) => instance(id)), at: address('i-1'), serving });
  const late = [...seen.progress].map(
    ([id, known]) => [id, { ...known, stage: 'unhealthy' as const }] as const,
  );
  expect(words(configureNodes({ ...seen, progress: new Map(late) }))).toEqual([]);
});
