// EC2 takes a spot instance back: its notice is heeded before it ends, and visitors notice nothing.
import { DescribeInstancesCommand, type Instance } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ec2Of, local } from './ground/cloud.ts';
import { atWork, begun, healed, idsOf, type Pool } from './ground/healing.ts';
import { load } from './ground/load.ts';
import { everLaunched } from './ground/mastership.ts';

const cloud = inject('cloud');
const ec2 = ec2Of(cloud);
const LONG = { timeout: 100_000, interval: 250 };
let pool: Pool;

beforeAll(async () => {
  pool = await begun(cloud, 'notice', 3, { POOL_MAXIMUM_INSTANCES: '4' });
});
afterAll(async () => {
  await pool?.end();
  ec2.destroy();
});

const seen = async (id: string): Promise<Instance> =>
  (await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations?.[0]?.Instances?.[0] ??
  {};

test('a node with a spot notice leaves the rotation, its replacement is launched first, and no request fails', async () => {
  const before = await atWork(pool);
  const [zero = '', , two = ''] = before;
  const visitors = load(`http://${(await pool.list()).address}/`);
  await local(
    cloud.pack,
    cloud.home,
    cloud.state,
    'fault',
    'spot-notice',
    '--instance',
    two,
    '--delay',
    '110s',
  );
  const newcomers = async () => (await everLaunched(ec2, pool)).filter((id) => !before.includes(id));
  await expect.poll(newcomers, LONG).toHaveLength(1);
  // Whoever ends it, the pool, which has drained it, or EC2: its replacement was launched before.
  expect((await seen(two)).State?.Name).toBe('running');
  await expect.poll(() => idsOf(pool), LONG).not.toContain(two);
  const now = await healed(pool, 3, zero);
  const { answers, failures } = await visitors.end();
  expect({ failures, enough: answers > 100 }).toEqual({ failures: [], enough: true });
  expect(now.slice(0, 2)).toEqual(before.slice(0, 2));
  expect([now[2]]).toEqual(await newcomers());
  await expect.poll(async () => (await seen(two)).State?.Name, LONG).toBe('terminated');
});
