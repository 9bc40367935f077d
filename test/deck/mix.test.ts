// The whole story of a pool on a cloud that misbehaves in every way that takes no machine: the standard mix of faults.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { holdings } from './ground/clients.ts';
import { ec2Of, local } from './ground/cloud.ts';
import { kill } from './ground/faults.ts';
import { atWork, healed, idsOf, SOON } from './ground/healing.ts';
import { load } from './ground/load.ts';
import { ownPool } from './ground/own.ts';

const cloud = inject('cloud');
const ec2 = ec2Of(cloud);
const fault = (...words: string[]) => local(cloud.pack, cloud.home, cloud.state, 'fault', ...words);
let own: Awaited<ReturnType<typeof ownPool>>;
let ids: readonly string[];

beforeAll(async () => {
  if (cloud.seed === undefined) await fault('mix', '--seed', '1');
  own = await ownPool(cloud, 'mix', {
    POOL_MINIMUM_INSTANCES: '2',
    POOL_MAXIMUM_INSTANCES: '2',
    POOL_POLLING_TIME: '2s',
  });
});
afterAll(async () => {
  await own?.end();
  if (cloud.seed === undefined) await fault('clear');
  ec2.destroy();
});

const address = async () => (await holdings(ec2, own.name)).addresses[0];

/** What `work` comes to while visitors ask all the time; none of their requests may fail. */
async function visited<T>(work: () => Promise<T>): Promise<T> {
  const visitors = load(`http://${await address()}/`);
  try {
    return await work();
  } finally {
    const { answers, failures } = await visitors.end();
    expect({ failures, enough: answers > 20 }).toEqual({ failures: [], enough: true });
  }
}

test('row 36: start brings up a served pool, with one group, one address, and no machine too many', async () => {
  const { code, stderr } = await own.pool('start');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { instances, addresses, groups } = await holdings(ec2, own.name);
  expect([instances.length, addresses.length, groups.length]).toEqual([2, 1, 1]);
  ids = await atWork(own);
  expect([...ids].sort()).toEqual([...instances].sort());
});

test('row 30: start again launches nothing', async () => {
  expect(await own.pool('start')).toMatchObject({ code: 0, stderr: '' });
  expect((await holdings(ec2, own.name)).instances.toSorted()).toEqual([...ids].sort());
});

test('a new release reaches every node, and no request fails', async () => {
  await own.change({ app: { env: { WORD: 'second' } } });
  expect(await visited(() => own.pool('configure'))).toMatchObject({ code: 0, stderr: '' });
  const words = (await own.on('all', 'curl -s http://127.0.0.1:8001/')).split('\n').sort();
  expect(words).toEqual(['node0: second', 'node1: second']);
});

test('row 56: a member that is killed is replaced, and no request fails', async () => {
  const [zero = '', one = ''] = ids;
  await visited(async () => {
    await kill(one);
    await expect.poll(() => idsOf(own), { ...SOON, timeout: 90_000 }).not.toContain(one);
    ids = await healed(own, 2, zero);
  });
  expect((await holdings(ec2, own.name)).instances).toHaveLength(2);
});

test('failover moves the master', async () => {
  const [zero, one = ''] = await atWork(own);
  // Where the address leads there late, a line says that the watch of the new master starts maintain.
  expect(await own.pool('failover')).toMatchObject({ code: 0 });
  await expect.poll(() => idsOf(own), SOON).toEqual([one, zero]);
});

test('row 17: stop leaves nothing', async () => {
  expect(await own.pool('stop', '--yes')).toMatchObject({ code: 0, stderr: '' });
  expect(await holdings(ec2, own.name)).toEqual({ instances: [], addresses: [], groups: [] });
});
