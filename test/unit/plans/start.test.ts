import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Step } from '../../../src/plans/plan.ts';
import type { Progress, Seen } from '../../../src/plans/seen.ts';
import { isUp, start } from '../../../src/plans/start.ts';
import type { Instance } from '../../../src/pool/instance.ts';
import { poolOf } from '../../../src/pool/pool.ts';
import { address, configured, fresh, instance, seenOf as seen, settings, words } from './ground.ts';

describe('start', () => {
  test('asks for group and address first, side by side, and launches nothing before the group is there', () => {
    expect(words(start(seen({ groupId: undefined }), settings()))).toEqual(['make-group', 'make-address']);
  });

  test('a bucket that is to be made comes before any launch', () => {
    const plan = start(seen({ lacksBucket: true, at: address() }), settings({ shared_bucket: 'files' }));
    expect(words(plan)).toEqual(['make-bucket']);
  });

  test('row 30: launches exactly min - (pending + running)', () => {
    const one = seen({ instances: [instance('i-1', { state: 'pending' })], at: address() });
    const launches = start(one, settings({ minimum_instances: 4 })).filter((step) => step.do === 'launch');
    expect(launches.reduce((sum, step) => sum + step.count, 0)).toBe(3);
  });

  test('row 30: what EC2 does not tell of yet counts as launched', () => {
    expect(words(start(seen({ unseen: 2, at: address() }), settings()))).toEqual([]);
  });

  test('row 30: those that end do not count', () => {
    const ending = seen({ instances: [instance('i-1', { state: 'shutting-down' })], at: address() });
    expect(words(start(ending, settings()))).toEqual(['launch', 'launch']);
  });

  test('row 31: one request per zone, and zones differ by at most one node', () => {
    const plan = start(seen({ at: address() }), settings({ minimum_instances: 5 }));
    expect(plan.map((step) => step.do === 'launch' && [step.zone, step.count])).toEqual([
      ['us-east-1a', 3],
      ['us-east-1b', 2],
    ]);
  });

  test('row 35: the first that runs gets the address, and nobody is spoken to before', () => {
    const instances = [instance('i-1', { state: 'pending' }), instance('i-2')];
    expect(words(start(seen({ instances, at: address() }), settings()))).toEqual(['give-address i-2']);
  });

  test('row 35: public_ip none asks for no address and waits for none', () => {
    const instances = [instance('i-1'), instance('i-2')];
    const none = settings({ public_ip: 'none' });
    expect(words(start(seen({ instances }, none), none))).toEqual(['probe i-1', 'probe i-2']);
  });

  test('an address whose holder has ended is given to the next', () => {
    const instances = [instance('i-1', { state: 'shutting-down' }), instance('i-2'), instance('i-3')];
    expect(words(start(seen({ instances, at: address('i-1') }), settings()))).toContain('give-address i-2');
  });

  test('each node goes its own way: one is put into rotation while another still boots', () => {
    const instances = [instance('i-1'), instance('i-2', { state: 'pending' })];
    const one = seen({ instances, at: address('i-1'), serving: { 'i-1': [] } });
    expect(words(start(one, settings()))).toEqual(['rotate i-1']);
  });

  test('row 42: a node that is not healthy is no member', () => {
    const instances = [instance('i-1'), instance('i-2')];
    const both = seen({ instances, at: address('i-1'), serving: { 'i-1': ['i-1'], 'i-2': ['i-1'] } });
    const ill: Progress = { ...fresh(), ...both.progress.get('i-2'), stage: 'unhealthy' };
    expect(
      words(start({ ...both, progress: new Map([...both.progress, ['i-2', ill]]) }, settings())),
    ).toEqual([]);
  });

  test('a stop that was broken off is taken back before anything else changes', () => {
    const stopped = seen({ at: { ...address(), stopping: true } });
    expect(words(start(stopped, settings()))[0]).toBe('permit');
  });

  test('a node that failed and has something left undone is not given its members again and again', () => {
    const instances = [instance('i-1'), instance('i-2')];
    const serving = { 'i-1': ['i-1', 'i-2'], 'i-2': ['i-1', 'i-2'] };
    const both = seen({ instances, at: address('i-1'), serving });
    const known = both.progress.get('i-2') ?? fresh();
    const failed: Progress = { ...known, stage: 'failed', state: { ...known.state, unfinished: true } };
    const one = { ...both, progress: new Map([...both.progress, ['i-2', failed]]) };
    expect(words(start(one, settings()))).toEqual([]);
  });

  test('is up only once a request through the address has succeeded', () => {
    const instances = [instance('i-1'), instance('i-2')];
    const serving = { 'i-1': ['i-1', 'i-2'], 'i-2': ['i-1', 'i-2'] };
    const all = { instances, at: address('i-1'), serving };
    expect(isUp(seen(all), settings())).toBe(false);
    expect(isUp(seen({ ...all, served: true }), settings())).toBe(true);
  });
});

/** A world in miniature: what each step does to what is seen. */
const effect = (state: Seen, step: Step): Seen => {
  const instances = state.pool.nodes as readonly Instance[];
  const pool = (more: readonly Instance[], at = state.pool.address) =>
    poolOf({ name: 'web', instances: more, address: at });
  const note = (id: string, progress: Progress) => new Map(state.progress).set(id, progress);
  switch (step.do) {
    case 'make-group':
      return { ...state, groupId: 'sg-1' };
    case 'make-address':
      return { ...state, pool: pool(instances, address()) };
    case 'launch': {
      const fresh = Array.from({ length: step.count }, (_, n) =>
        instance(`i-${instances.length}-${step.zone}-${n}`, { zone: step.zone }),
      );
      return { ...state, pool: pool([...instances, ...fresh]) };
    }
    case 'give-address':
      return { ...state, pool: pool(instances, address(step.node.id)) };
    case 'probe':
      return { ...state, progress: note(step.node.id, fresh()) };
    case 'configure': {
      const { up = [] } = state.progress.get(step.node.id) ?? {};
      return { ...state, progress: note(step.node.id, configured(state, step.node, step.members, up)) };
    }
    case 'rotate': {
      const up = step.members.map((node) => node.id);
      return { ...state, progress: note(step.node.id, configured(state, step.node, step.members, up)) };
    }
    default:
      return state;
  }
};

test('property: from nothing, doing one step of the plan at a time, in any order, ends with exactly the minimum, all in rotation', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.infiniteStream(fc.nat()), (minimum, dice) => {
      const wanted = settings({ minimum_instances: minimum });
      let state = seen({ groupId: undefined });
      for (let turn = 0; turn < 200; turn += 1) {
        const plan = start(state, wanted);
        if (plan.length === 0) break;
        const step = plan[(dice.next().value ?? 0) % plan.length];
        if (step) state = effect(state, step);
      }
      expect(start(state, wanted)).toEqual([]);
      expect(state.pool.nodes).toHaveLength(minimum);
      expect(isUp({ ...state, served: true }, wanted)).toBe(true);
    }),
    { numRuns: 60 },
  );
}, 30_000);
