// How long a machine is waited for.
import { expect, test } from 'vitest';
import { poolOf } from '../../../../src/pool/pool.ts';
import { awaitSsh } from '../../../../src/world/nodes/wait.ts';
import type { World } from '../../../../src/world/world.ts';
import { instance } from '../../built-in.ts';
import { FakeClock } from '../../fake-world.ts';
import { FakeRemote } from '../../fakes/remote.ts';

test.for([
  ['right', 0, false],
  ['slow by an hour', 3_600_000, false],
  ['slow by a minute', 60_000, false],
  ['fast by an hour', -3_600_000, true],
] as const)('a newcomer gets five minutes where the wall clock is %s', async ([, slowness, isNew]) => {
  const [clock, remote] = [new FakeClock(), new FakeRemote()];
  remote.answering = () => false;
  const one = instance(1, { launchedAt: new Date(clock.ms + slowness) });
  const [node] = poolOf({ name: 'party', instances: [one], address: undefined }).nodes;
  if (node === undefined) throw new Error('there is a node');
  const world = { clock, remote, signal: new AbortController().signal } as unknown as World;
  const began = clock.monotonic();
  expect(await awaitSsh(world, node, { broke: false, isNew, latest: () => node })).toContain(
    'no answer on ssh within 300 s',
  );
  expect(clock.monotonic() - began).toBeLessThan(303_000);
});
