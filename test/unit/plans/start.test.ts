import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan, Step } from '../../../src/plans/plan.ts';
import { isUp, type Progress, type Seen, start } from '../../../src/plans/start.ts';
import type { Instance } from '../../../src/pool/instance.ts';
import { type Address, poolOf } from '../../../src/pool/pool.ts';
import type { Settings } from '../../../src/pool/settings.ts';

const zones = [
  { subnetId: 'subnet-a', zone: 'us-east-1a' },
  { subnetId: 'subnet-b', zone: 'us-east-1b' },
];
const settings = (over: Partial<Settings> = {}): Settings =>
  ({
    name: 'web',
    minimum_instances: 2,
    maximum_instances: 4,
    public_ip: 'auto',
    app: {},
    ...over,
  }) as Settings;

const instance = (id: string, over: Partial<Instance> = {}): Instance => ({
  id,
  state: 'running',
  launchedAt: new Date(1_000),
  type: 't3.small',
  zone: 'us-east-1a',
  privateIp: '10.0.0.1',
  publicIp: '198.18.0.1',
  publicDns: undefined,
  tags: {},
  ...over,
});

const address = (holder?: string): Address => ({
  ip: '198.18.0.9',
  allocationId: 'eipalloc-1',
  associationId: holder && 'eipassoc-1',
  holder,
  ours: true,
  stopping: false,
});

const seen = (over: Partial<Seen> & { instances?: Instance[]; at?: Address } = {}): Seen => ({
  pool: poolOf({ name: 'web', instances: over.instances ?? [], address: over.at }),
  groupId: 'sg-1',
  zones,
  lacksBucket: false,
  unseen: 0,
  progress: new Map(),
  served: false,
  ...over,
});

const words = (plan: Plan): string[] =>
  plan.map((step) => ('node' in step ? `${step.do} ${step.node.id}` : step.do));
const up = (...ids: string[]): Progress => ({ stage: 'configured', members: ids, up: ids });

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
    expect(words(start(seen({ instances }), settings({ public_ip: 'none' })))).toEqual([
      'probe i-1',
      'probe i-2',
    ]);
  });

  test('an address whose holder has ended is given to the next', () => {
    const instances = [instance('i-1', { state: 'shutting-down' }), instance('i-2'), instance('i-3')];
    expect(words(start(seen({ instances, at: address('i-1') }), settings()))).toContain('give-address i-2');
  });

  test('each node goes its own way: one is put into rotation while another still boots', () => {
    const instances = [instance('i-1'), instance('i-2', { state: 'pending' })];
    const progress = new Map([['i-1', { stage: 'configured', members: [], up: [] } as Progress]]);
    expect(words(start(seen({ instances, at: address('i-1'), progress }), settings()))).toEqual([
      'rotate i-1',
    ]);
  });

  test('row 42: a node that is not healthy is no member', () => {
    const instances = [instance('i-1'), instance('i-2')];
    const progress = new Map<string, Progress>([
      ['i-1', up('i-1')],
      ['i-2', { stage: 'unhealthy', members: ['i-1'], up: ['i-1'] }],
    ]);
    expect(words(start(seen({ instances, at: address('i-1'), progress }), settings()))).toEqual([]);
  });

  test('a stop that was broken off is taken back before anything else changes', () => {
    const stopped = seen({ at: { ...address(), stopping: true } });
    expect(words(start(stopped, settings()))[0]).toBe('permit');
  });

  test('is up only once a request through the address has succeeded', () => {
    const instances = [instance('i-1'), instance('i-2')];
    const progress = new Map([
      ['i-1', up('i-1', 'i-2')],
      ['i-2', up('i-1', 'i-2')],
    ]);
    const all = { instances, at: address('i-1'), progress };
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
      return { ...state, progress: note(step.node.id, { stage: 'probed', members: [], up: [] }) };
    case 'configure':
      return { ...state, progress: note(step.node.id, { stage: 'configured', members: [], up: [] }) };
    case 'rotate':
      return { ...state, progress: note(step.node.id, up(...step.members.map((node) => node.id))) };
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
    { numRuns: 200 },
  );
});
