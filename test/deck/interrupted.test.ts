// A start that is broken off, politely or not: the next command completes it, and no orphan is left.
import { afterAll, expect, inject, test } from 'vitest';
import { holdings } from './ground/clients.ts';
import { ec2Of } from './ground/cloud.ts';
import { party, visit } from './ground/party.ts';

const cloud = inject('cloud');
const ec2 = ec2Of(cloud);
const polite = party(cloud, 'polite', { POOL_MINIMUM_INSTANCES: '3' });
const rude = party(cloud, 'rude', { POOL_MINIMUM_INSTANCES: '3' });
const early = party(cloud, 'early', { POOL_MINIMUM_INSTANCES: '2' });
const unlucky = party(cloud, 'unlucky', { POOL_MINIMUM_INSTANCES: '3' });
const NOTHING = { instances: [], addresses: [], groups: [] };

afterAll(async () => {
  await Promise.all([polite, rude, early, unlucky].map((pool) => pool.end()));
  ec2.destroy();
});

/** Starts the pool and kills the start as soon as `moment` has come. */
async function breakOff(
  pool: typeof polite,
  signal: NodeJS.Signals,
  moment: (told: string) => Promise<boolean>,
) {
  const { child, ended, soFar } = pool.begin('pool', ['start']);
  await expect.poll(async () => moment(soFar()), { timeout: 30_000, interval: 20 }).toBe(true);
  child.kill(signal);
  return ended;
}

test('row 37: Ctrl-C while nodes are configured says what is there; start goes on with those', async () => {
  const said = await breakOff(polite, 'SIGINT', async (told) => told.includes('-- Configuring master'));
  expect(said.code).toBe(130);
  expect(said.stderr).toContain('pool: interrupted');
  const { instances } = await holdings(ec2, polite.name);
  expect(instances).toHaveLength(3);
  for (const id of instances) expect(said.stderr).toContain(id);
  expect(await polite.pool('start')).toMatchObject({ code: 0, stderr: '' });
  const now = await polite.list();
  expect(now.instances.map(({ id }) => id).sort()).toEqual([...instances].sort());
  for (const node of now.instances) expect(node.in_rotation).toBe(true);
  expect((await visit(`http://${now.address}/`)).status).toBe(200);
});

test('row 37: after a SIGKILL at the same moment start launches no more than is missing', async () => {
  const said = await breakOff(rude, 'SIGKILL', async (told) => told.includes('-- Configuring master'));
  expect(said.code).toBe(null);
  expect(await rude.pool('start')).toMatchObject({ code: 0, stderr: '' });
  const { instances, addresses, groups } = await holdings(ec2, rude.name);
  expect([instances.length, addresses.length, groups.length]).toEqual([3, 1, 1]);
  const now = await rude.list();
  expect(now.instances.map(({ in_rotation: serves }) => serves)).toEqual([true, true, true]);
});

test('row 37: after a SIGKILL as machines are launched, stop leaves nothing', async () => {
  const launched = async () => (await holdings(ec2, early.name)).instances.length > 0;
  await breakOff(early, 'SIGKILL', launched);
  expect(await early.pool('stop', '--yes')).toMatchObject({ code: 0, stderr: '' });
  expect(await holdings(ec2, early.name)).toEqual(NOTHING);
});

test('row 37: Ctrl-C in the middle of stop; stop again completes it', async () => {
  const { child, ended, soFar } = polite.begin('pool', ['stop', '--yes']);
  await expect.poll(() => soFar(), { timeout: 30_000, interval: 20 }).toContain('-- Terminating');
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  expect(await polite.pool('stop', '--yes')).toMatchObject({ code: 0, stderr: '' });
  expect(await holdings(ec2, polite.name)).toEqual(NOTHING);
});

test('row 37: a start killed at one moment after the other still comes to three nodes, and no more', async () => {
  // Before the first call, between the calls, while machines boot, and while nodes are configured.
  for (const moment of [250, 400, 500, 600, 800, 1_000, 1_500, 2_000, 2_500]) {
    const { child, ended } = unlucky.begin('pool', ['start']);
    const timer = setTimeout(() => child.kill('SIGKILL'), moment);
    await ended;
    clearTimeout(timer);
    const { instances, addresses, groups } = await holdings(ec2, unlucky.name);
    expect(instances.length).toBeLessThanOrEqual(3);
    expect(Math.max(addresses.length, groups.length)).toBeLessThanOrEqual(1);
  }
  expect(await unlucky.pool('start')).toMatchObject({ code: 0, stderr: '' });
  const { instances } = await unlucky.list();
  expect(instances.map(({ in_rotation: serves }) => serves)).toEqual([true, true, true]);
  expect(await unlucky.pool('stop', '--yes')).toMatchObject({ code: 0, stderr: '' });
  expect(await holdings(ec2, unlucky.name)).toEqual(NOTHING);
});
