// Where a maintainer's journal goes: to the master and the standby, and no tick ever waits for it or fails by it.
import { expect, test } from 'vitest';
import type { Noted } from '../../../../src/plans/journal.ts';
import { unremembered } from '../../../../src/pool/sight.ts';
import { type Journal, openJournal } from '../../../../src/world/journal/open.ts';
import type { Output, World } from '../../../../src/world/world.ts';
import { builtIn } from '../../built-in.ts';
import { FakeOutside } from '../../fake-world.ts';
import { settings } from '../../plans/ground.ts';
import { node, sight } from '../../plans/sights.ts';

interface Append {
  readonly on: string;
  readonly word: string;
  readonly records: readonly string[];
}

/** Three nodes, the maintainer on the first (or in a terminal), and everything that is appended anywhere. */
async function ground(onNode = true) {
  const outside = new FakeOutside();
  const { ec2, nodes, screen, clock } = outside;
  for (let count = 0; count < 3; count += 1) ec2.has('party');
  const pool = await ec2.look('party');
  const me = onNode ? pool.nodes[0]?.id : undefined;
  const appended: Append[] = [];
  const state = {
    failing: new Set<string>(),
    hanging: new Set<string>(),
    fresh: new Set<string>(),
    kept: '',
  };
  const understand = (on: string, script: string, stdin: Uint8Array): Output => {
    if (state.failing.has(on)) throw new Error('it does not answer');
    if (script.includes('\ntell_journal ')) return { code: 0, stdout: state.kept, stderr: '' };
    const [word = '', ...records] = new TextDecoder().decode(stdin).trimEnd().split('\n');
    appended.push({ on, word, records });
    return { code: 0, stdout: state.fresh.delete(on) ? 'new\n' : '', stderr: '' };
  };
  nodes.handler = ({ name }, script, { stdin }) =>
    state.hanging.has(name)
      ? new Promise(() => undefined)
      : understand(name, script, stdin ?? new Uint8Array());
  const world = {
    settings: settings({ name: 'party' }),
    remote: nodes,
    clock,
    terminal: screen,
    files: { template: async () => builtIn['journal.sh'] },
  } as unknown as World;
  const journal: Journal = openJournal(world, {
    me,
    here: async (script, stdin) => understand('here', script, stdin),
  });
  const tick = (over: Partial<Noted> = {}): Noted => ({
    pool,
    policy: world.settings,
    sight: sight(pool.nodes.map(({ id }, index) => node(index, 0.2, { id }))),
    remembered: unremembered(0),
    after: unremembered(0),
    acts: [],
    because: 'holding at 3: neither rule holds (load 0.20, queue 0)',
    steps: [],
    outcomes: [],
    ...over,
  });
  const on = (name: string) => appended.filter((one) => one.on === name);
  return { journal, tick, pool, me, appended, on, state, screen, clock };
}

const launch: Partial<Noted> = {
  acts: [{ do: 'launch', count: 1, because: 'one is missing' }],
  because: 'one is missing',
};

test('a record goes to this node and to the standby, the last word of every tick, too', async () => {
  const { journal, tick, on, me } = await ground();
  journal.note(tick(launch));
  await journal.end();
  journal.note(tick({ because: 'one is missing' }));
  await journal.end();
  expect(on('here').map(({ records }) => records.length)).toEqual([1, 0]);
  expect(on('here').map(({ word }) => JSON.parse(word))).toMatchObject([
    { who: me, because: 'one is missing' },
    {},
  ]);
  // Who is the standby now may be the next to maintain.
  expect(on('node1')).toEqual(on('here').map((one) => ({ ...one, on: 'node1' })));
  expect(on('node2')).toEqual([]);
});

test('a maintainer in a terminal keeps it on the master and the standby', async () => {
  const { journal, tick, on } = await ground(false);
  journal.note(tick(launch));
  await journal.end();
  expect(on('node0').map(({ word }) => word)).toEqual([expect.stringContaining('"who":"terminal on ')]);
  expect(on('node0')[0]?.records).toHaveLength(1);
  expect(on('node0')[0]?.records).toEqual(on('node1')[0]?.records);
  expect(on('here')).toEqual([]);
});

test('a node that has never served is no standby yet', async () => {
  const { journal, tick, pool, on } = await ground();
  const served = sight(pool.nodes.map(({ id }, index) => node(index, 0.2, { id, served: index !== 1 })));
  journal.note(tick({ ...launch, sight: served }));
  await journal.end();
  expect([on('node1').length, on('node2').length]).toEqual([0, 1]);
});

test('a standby that fails is told of once; what waited goes there when it is back', async () => {
  const { journal, tick, state, on, screen } = await ground();
  state.failing.add('node1');
  for (let count = 0; count < 5; count += 1) {
    journal.note(tick(launch));
    await new Promise(setImmediate);
  }
  expect(screen.stderr).toMatch(/^journal on node1 \(i-\w+\): it does not answer\n$/);
  state.failing.clear();
  journal.note(tick(launch));
  await journal.end();
  expect(on('node1').flatMap(({ records }) => records)).toHaveLength(6);
  expect(screen.stderr).toMatch(/works again after \d failures, 0 records were lost\n$/);
});

test('of what waits too long the oldest is given up, and counted', async () => {
  const { journal, tick, state, on, screen } = await ground();
  state.failing.add('node1');
  for (let count = 0; count < 1_100; count += 1) journal.note(tick(launch));
  await new Promise(setImmediate);
  state.failing.clear();
  journal.note(tick(launch));
  await journal.end();
  const arrived = on('node1').flatMap(({ records }) => records).length;
  const lost = Number(/(\d+) records were lost/.exec(screen.stderr)?.[1]);
  expect([arrived >= 1_000, arrived + lost]).toEqual([true, 1_101]);
});

test('a new standby gets what the master has kept', async () => {
  const { journal, tick, state, on } = await ground();
  state.fresh.add('node1');
  state.kept = 'an older record\n';
  journal.note(tick(launch));
  await journal.end();
  expect(on('node1').map(({ records }) => records)).toEqual([[expect.any(String)], ['an older record']]);
});

test('a node that never answers holds up the end for a while only', async () => {
  const { journal, tick, clock, state, on } = await ground();
  state.hanging.add('node1');
  journal.note(tick(launch));
  const began = clock.ms;
  await journal.end();
  expect([clock.ms - began, on('here').length]).toEqual([3_000, 1]);
});
