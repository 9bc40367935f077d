// Slide "failover (master)": whatever happens to the master, one node holds the address, and one maintains.
import { DescribeAddressesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { ec2Of } from './ground/cloud.ts';
import { cutOff, heal, inside, kill, maintains, podman } from './ground/faults.ts';
import { atWork, begun, healed, type Pool, pairSeen, rebuilt, SOON, whoMaintains } from './ground/healing.ts';
import { type Served, served } from './ground/served.ts';

const cloud = inject('cloud');

const ec2 = ec2Of(cloud);
afterAll(() => ec2.destroy());

/** The instance that EC2 says has the pool's address. */
async function holderOf(pool: Pool): Promise<string> {
  const Filters = [{ Name: 'tag:poolparty:pool', Values: [pool.name] }];
  const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({ Filters }));
  return Addresses[0]?.InstanceId || 'nobody';
}

const claims = (id: string): Promise<string> => inside(id, 'journalctl -q -o cat -u poolparty-claim');

/** Who had the address and who maintained, again and again until the end: each state once, in the order seen. */
function sampled(pool: Pool, ids: readonly string[]) {
  const seen = new Set<string>();
  const over = new AbortController();
  const sampling = (async () => {
    while (!over.signal.aborted) {
      const [holder, maintaining] = await Promise.all([holderOf(pool), whoMaintains(ids)]);
      seen.add(`${holder} has it; maintaining: ${maintaining.join(' ')}`);
    }
  })().catch((error: unknown) => seen.add(String(error)));
  onTestFinished(() => over.abort());
  return {
    seen,
    async end(): Promise<void> {
      over.abort();
      await sampling;
    },
  };
}

const onlyOne = (ids: readonly string[], id: string) =>
  expect.poll(() => whoMaintains(ids), SOON).toEqual([id]);

describe('the master of three', () => {
  let pool: Pool;
  let ids: readonly string[] = [];
  let visitors: Served;
  beforeAll(async () => {
    pool = await begun(cloud, 'master', 3);
  });
  afterAll(() => pool?.end());
  const begin = async () => {
    ids = await atWork(pool);
    visitors = served(`http://${(await pool.list()).address}/`);
    return ids;
  };

  test('row 71, 75: killed: node 1 serves within deadtime and a tick, maintains, and all is built anew', async () => {
    const [zero = '', one = '', two = ''] = await begin();
    await kill(zero);
    await expect.poll(() => maintains(one), SOON).toBe(true);
    const now = await healed(pool, 3, one);
    await visitors.end();
    // Deadtime 5 s and a tick of 2 s, on a machine that other tests share.
    expect(visitors.longest()).toBeLessThan(12_000);
    expect(now.slice(0, 2)).toEqual([one, two]);
    expect(now).not.toContain(zero);
    await onlyOne(now, one);
    await rebuilt(now);
  });

  test('row 72: frozen, it finds when it comes back that it is no master, and rejoins as a member', async () => {
    const [zero = '', one = ''] = await begin();
    await podman('pause', zero);
    try {
      await expect.poll(async () => (await pool.list()).instances[0]?.id, SOON).toBe(one);
      await expect.poll(() => maintains(one), SOON).toBe(true);
    } finally {
      await podman('unpause', zero);
    }
    await visitors.end();
    await expect.poll(() => maintains(zero), SOON).toBe(false);
    const now = await healed(pool, 3, one);
    expect(now).toContain(zero);
    await onlyOne(now, one);
    await rebuilt(now);
  });

  test('row 72: cut off from its standby, both alive: the address stays, and one maintains all the time', async () => {
    const [zero = '', one = ''] = await begin();
    const ip = (await pool.list()).instances[0]?.private_ip ?? '';
    const { seen, end } = sampled(pool, [zero, one]);
    // At the standby, so that it still hears the pool's address, as on EC2, where that is another way.
    await cutOff(one, ip);
    try {
      for (const id of [zero, one]) await expect.poll(() => pairSeen(id), SOON).toContain('dead');
      await expect.poll(() => claims(one), SOON).toContain(`leave: ${zero} holds`);
    } finally {
      await heal(one);
    }
    await atWork(pool);
    await end();
    await visitors.end();
    expect([...seen]).toEqual([`${zero} has it; maintaining: ${zero}`]);
    expect(visitors.longest()).toBeLessThan(2_000);
  });

  test('row 39, 71: pool failover moves it on purpose, and says what visitors noticed', async () => {
    const [zero = '', one = ''] = await begin();
    const { code, stdout, stderr } = await pool.pool('failover', '--json');
    await visitors.end();
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { from: { id: zero }, to: { id: one } }]);
    expect(stderr).toContain('move-address node1');
    expect(visitors.longest()).toBeLessThan(3_000);
    const now = await healed(pool, 3, one);
    expect(now.slice(0, 2)).toEqual([one, zero]);
    await onlyOne(now, one);
    await rebuilt(now);
  });
});

describe('master and standby of four', () => {
  let pool: Pool;
  beforeAll(async () => {
    pool = await begun(cloud, 'both', 4);
  });
  afterAll(() => pool?.end());

  test('row 71: killed at once: the address is served again within 30 s, and one of the rest maintains', async () => {
    const [zero = '', one = '', two = '', three = ''] = await atWork(pool);
    const visitors = served(`http://${(await pool.list()).address}/`);
    await Promise.all([zero, one].map((id) => kill(id)));
    await expect.poll(() => maintains(two), SOON).toBe(true);
    const now = await healed(pool, 4, two);
    await visitors.end();
    expect(visitors.longest()).toBeLessThan(30_000);
    expect(now.slice(0, 2)).toEqual([two, three]);
    await onlyOne(now, two);
  });
});
