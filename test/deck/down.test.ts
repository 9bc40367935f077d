// "pool local down", with a pool that still serves: nothing of that cloud is left on this machine.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type CloudGround, local, makeCloud, removeCloud } from './ground/cloud.ts';
import { party } from './ground/party.ts';
import { namesOfCloud, traces } from './ground/traces.ts';

const { pack } = inject('cloud');
let cloud: CloudGround;

beforeAll(async () => {
  cloud = await makeCloud(pack);
});
afterAll(async () => {
  if (cloud) await removeCloud(cloud);
});

test('down ends machines, networks, rules, mounts and processes of its cloud, and leaves other clouds', async () => {
  const hello = party(cloud, 'left', { POOL_MINIMUM_INSTANCES: '2' });
  const neighbour = party(inject('cloud'), 'next-door');
  expect(await hello.pool('start')).toMatchObject({ code: 0 });
  const names = await namesOfCloud(
    cloud.state,
    (await hello.list()).instances.map(({ id }) => id),
  );
  const { firewall, ...before } = await traces(names);
  for (const [what, lines] of Object.entries(before)) expect(lines, what).not.toEqual([]);
  await local(pack, cloud.home, cloud.state, 'down');
  const left = async () => Object.values(await traces(names)).flat();
  await expect.poll(left, { timeout: 5_000 }).toEqual([]);
  expect((await neighbour.pool('list')).stdout).toBe('Cloud is not running\n');
  const said = await hello.pool('list');
  expect(said.code).toBe(1);
  expect(said.stderr).toContain('is the local cloud up? (pool local up)');
});

test('down again is no failure, and status says that it is down', async () => {
  await local(pack, cloud.home, cloud.state, 'down');
  const status = JSON.parse(await local(pack, cloud.home, cloud.state, 'status', '--json'));
  expect(status).toMatchObject({ up: false, address: null, machines: 0 });
});
