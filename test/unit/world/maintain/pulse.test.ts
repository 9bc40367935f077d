// A maintainer's pulse of its nodes: everyone it has met is asked each tick, and nobody waits for who is silent.
import { expect, test } from 'vitest';
import { UNTOUCHED } from '../../../../src/plans/node-state.ts';
import type { Progress, Seen } from '../../../../src/plans/seen.ts';
import type { Instance, InstanceId, Node } from '../../../../src/pool/instance.ts';
import { poolOf } from '../../../../src/pool/pool.ts';
import type { NodeVitals } from '../../../../src/pool/vitals.ts';
import { Pulse } from '../../../../src/world/maintain/pulse.ts';
import { Memory } from '../../../../src/world/nodes/memory.ts';
import type { Output, World } from '../../../../src/world/world.ts';
import { factsOf, instance, kit } from '../../built-in.ts';
import { FakeClock } from '../../fake-world.ts';
import { FakeRemote } from '../../fakes/remote.ts';

const TICK = 5_000;
const BEGAN = new FakeClock().ms;

const configured: Progress = {
  stage: 'configured',
  members: [],
  up: [],
  state: { ...UNTOUCHED, configHash: 'h' },
};

/** What HAProxy shows of one server and of so many requests. */
const table = (requests: number): string =>
  `hash h\n# pxname,svname,qcur,scur,stot,status,\napp,i-00000000,0,0,1,UP,\napp,BACKEND,0,0,${requests},UP,\n\n`;

/** A pulse of these nodes; `progress` of each, where it is known. */
function ground(count: number, progress: (node: Node) => Progress | undefined = () => configured) {
  const facts = factsOf(Array.from({ length: count }, (_, at) => instance(at)));
  const clock = new FakeClock();
  const remote = new FakeRemote();
  const memory = new Memory(kit(facts.settings));
  for (const node of facts.pool.nodes) {
    const known = progress(node);
    if (known) memory.progress.set(node.id, known);
  }
  const signal = new AbortController().signal;
  const settings = { ...facts.settings, polling_time: TICK };
  const pulse = new Pulse({ clock, remote, settings, signal } as unknown as World, memory);
  const feel = (nodes: readonly Instance[] = facts.pool.nodes) => {
    const pool = poolOf({ name: 'party', instances: nodes, address: undefined });
    const seen = { pool } as unknown as Seen;
    return pulse.feel(seen).then(() => pulse.vitals(seen));
  };
  const asked = () => remote.scripts.map(({ node }) => node);
  return { clock, remote, memory, pulse, feel, asked, nodes: facts.pool.nodes };
}

const at = (
  vitals: ReadonlyMap<InstanceId, NodeVitals>,
  { id }: { id: InstanceId } | undefined = { id: '' },
) => vitals.get(id);

test('every node is asked once a tick and no more often, one script each', async () => {
  const { clock, remote, asked, feel } = ground(3);
  await feel();
  await feel();
  expect(asked()).toEqual(['node0', 'node1', 'node2']);
  await clock.sleep(TICK);
  await feel();
  expect(remote.scripts).toHaveLength(6);
});

test('figures come with the moment they were told at, and web with the second answer', async () => {
  const { clock, remote, feel, nodes } = ground(1);
  let requests = 100;
  remote.handler = () => ({ stdout: `load 0.50\ncpus 2\n${table(requests)}` });
  const first = at(await feel(), nodes[0]);
  expect(first).toMatchObject({ misses: 0, at: BEGAN, web: undefined, probe: { load: 0.5, requests: 100 } });
  await clock.sleep(TICK);
  requests = 350;
  expect(at(await feel(), nodes[0])).toMatchObject({ at: BEGAN + TICK, web: 50 });
});

test('row 57: one that hangs holds up the first tick for a second, the next ones not at all', async () => {
  const { clock, remote, memory, feel, nodes } = ground(2);
  const hangs = (): Promise<Partial<Output>> =>
    clock.sleep(3_000).then(() => {
      throw new Error('no end of a command within 3 s');
    });
  remote.handler = ({ index }) => (index === 0 ? hangs() : { stdout: table(1) });
  const first = await feel();
  expect(clock.ms - BEGAN).toBe(1_000);
  expect(at(first, nodes[1])).toMatchObject({ misses: 0 });
  expect(at(first, nodes[0])).toBeUndefined();
  expect(memory.progress.get(nodes[1]?.id ?? '')?.up).toEqual(['i-00000000']);
  await clock.sleep(TICK);
  const before = clock.ms;
  expect(at(await feel(), nodes[0])).toMatchObject({ misses: 1, probe: undefined });
  expect(clock.ms).toBe(before);
  await clock.sleep(TICK);
  expect(at(await feel(), nodes[0])).toMatchObject({ misses: 2 });
});

test('one that hangs is not asked again before its former question has ended', async () => {
  const { clock, remote, asked, feel } = ground(1);
  remote.handler = () => clock.sleep(12_000).then(() => ({ stdout: table(1) }));
  for (let tick = 0; tick < 3; tick += 1) {
    await feel();
    await clock.sleep(TICK - 1_000);
  }
  expect(asked()).toEqual(['node0']);
});

test('row 57: the misses in a row end with an answer', async () => {
  const { clock, remote, feel, nodes } = ground(1);
  remote.answering = () => false;
  for (let tick = 0; tick < 3; tick += 1) {
    await feel();
    await clock.sleep(TICK);
  }
  remote.answering = () => true;
  expect(at(await feel(), nodes[0])?.misses).toBe(3);
  await clock.sleep(TICK);
  expect(at(await feel(), nodes[0])?.misses).toBe(0);
});

test('whoever was met is asked, whatever came of it; who still boots is not', async () => {
  const stages = ['probed', 'unhealthy', 'failed'] as const;
  const { asked, feel } = ground(4, ({ index }) => {
    const stage = stages[index];
    return stage && { ...configured, stage };
  });
  await feel();
  expect(asked()).toEqual(['node0', 'node1', 'node2']);
});

test('also of one that waits to be restarted it is known whom its HAProxy serves', async () => {
  const before = { ...configured, stage: 'probed' as const, up: [] };
  const { remote, memory, feel, nodes } = ground(1, () => before);
  remote.handler = () => ({ stdout: table(1) });
  await feel();
  expect(memory.progress.get(nodes[0]?.id ?? '')).toMatchObject({ stage: 'probed', up: ['i-00000000'] });
});

test('one whose configuration is another is looked at in full, and goes on being asked', async () => {
  const { clock, remote, memory, asked, feel, nodes } = ground(1);
  remote.handler = () => ({ stdout: table(1).replace('hash h', 'hash x') });
  await feel();
  expect(memory.progress.has(nodes[0]?.id ?? '')).toBe(false);
  await clock.sleep(TICK);
  await feel();
  expect(asked()).toEqual(['node0', 'node0']);
});

test('who does not run any more is forgotten', async () => {
  const { feel, pulse, nodes } = ground(2);
  expect([...(await feel()).keys()]).toEqual(nodes.map(({ id }) => id));
  const [first] = nodes;
  if (first === undefined) throw new Error('a node is needed');
  expect([...(await feel([first])).keys()]).toEqual([first.id]);
  expect([...pulse.vitals({ pool: { nodes } } as unknown as Seen).keys()]).toEqual([first.id]);
});
