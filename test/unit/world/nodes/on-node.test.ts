// A node that does not answer: what its silence counts for.
import { expect, test } from 'vitest';
import { PoolError } from '../../../../src/pool/failure.ts';
import { HOST_KEY_TAG } from '../../../../src/pool/keys.ts';
import { poolOf } from '../../../../src/pool/pool.ts';
import { Memory } from '../../../../src/world/nodes/memory.ts';
import type { StartNews } from '../../../../src/world/nodes/news.ts';
import { OnNode } from '../../../../src/world/nodes/on-node.ts';
import type { World } from '../../../../src/world/world.ts';
import { instance, kit } from '../../built-in.ts';
import { FakeClock } from '../../fake-world.ts';
import { FakeRemote } from '../../fakes/remote.ts';
import { address, seenOf, settings } from '../../plans/ground.ts';

const quiet = () => undefined;
const news: StartNews = {
  launching: quiet,
  looked: quiet,
  stage: quiet,
  configured: quiet,
  fell: quiet,
  note: quiet,
};

/** How many falls it counts that a node with these tags does not answer. */
async function fallsOf(tags: Readonly<Record<string, string>>): Promise<number> {
  const [clock, remote] = [new FakeClock(), new FakeRemote()];
  remote.answering = () => false;
  const one = instance(1, { tags, launchedAt: clock.now() });
  const [node] = poolOf({ name: 'party', instances: [one], address: undefined }).nodes;
  if (node === undefined) throw new Error('there is a node');
  const memory = new Memory(kit(settings()));
  const world = { clock, remote, signal: new AbortController().signal } as unknown as World;
  await new OnNode(world, memory, news).apply({ do: 'probe', node, because: '' }, seenOf());
  expect(memory.progress.get(node.id)?.stage).toBe('failed');
  return memory.falls.get(node.id) ?? 0;
}

test('a newcomer that never answers on ssh has had all its tries', async () => {
  expect(await fallsOf({})).toBe(3);
});

test('row 57: one that was up before is not given up for its silence alone', async () => {
  const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA${'k'.repeat(42)}`;
  expect(await fallsOf({ [HOST_KEY_TAG]: key })).toBe(0);
});

test('row 36: one whose address moves while it is waited for is asked at the new one', async () => {
  const [clock, remote] = [new FakeClock(), new FakeRemote()];
  const [before] = poolOf({ name: 'party', instances: [instance(1)], address: undefined }).nodes;
  if (before === undefined) throw new Error('there is a node');
  const after = { ...before, publicIp: '203.0.113.9' };
  const memory = new Memory(kit(settings()));
  remote.answering = ({ publicIp }) => {
    memory.unseen([after]);
    return publicIp === after.publicIp;
  };
  memory.mine.add(before.id);
  const began = clock.monotonic();
  const world = { clock, remote, signal: new AbortController().signal } as unknown as World;
  await new OnNode(world, memory, news).apply({ do: 'probe', node: before, because: '' }, seenOf());
  expect(memory.progress.get(before.id)?.stage).toBe('probed');
  expect(clock.monotonic() - began).toBeLessThan(5_000);
});

test("F2: what answers at the pool's address after it has moved is another node: the one meant is asked again", async () => {
  const [clock, remote] = [new FakeClock(), new FakeRemote()];
  const pool = (holder: string) =>
    poolOf({ name: 'party', instances: [instance(1)], address: address(holder) });
  const [node] = pool('i-00000001').nodes;
  if (node === undefined) throw new Error('there is a node');
  const seen = { ...seenOf(), pool: pool('i-00000001') };
  const after = async (holder: string) => {
    const memory = new Memory(kit(settings()));
    memory.unseen([node]);
    remote.handler = async () => {
      throw new PoolError(`${node.name} shows another host key than its tag`);
    };
    const cloud = { look: async () => pool(holder) };
    const signal = new AbortController().signal;
    const world = { clock, remote, cloud, signal, settings: settings() } as unknown as World;
    await new OnNode(world, memory, news).apply({ do: 'rotate', node, members: [], because: '' }, seen);
    return memory.progress.get(node.id)?.stage;
  };
  expect(await after('i-00000002')).toBeUndefined();
  expect(await after('i-00000001')).toBe('failed');
});
