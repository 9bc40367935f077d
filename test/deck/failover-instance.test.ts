// Slide "failover (instance)": a node that dies is replaced without a command, by whoever maintains.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Running } from './ground/command.ts';
import { inside, kill, maintains, podman } from './ground/faults.ts';
import { atWork, begun, healed, idsOf, type Pool, rebuilt, SOON } from './ground/healing.ts';
import { visit } from './ground/party.ts';
import { served } from './ground/served.ts';

const cloud = inject('cloud');
const TERMINAL = 'pool maintain in a terminal';

/** TERM, and how it ended. */
async function end({ child, ended }: Running) {
  child.kill('SIGTERM');
  const began = performance.now();
  const { code } = await ended;
  return { code, ms: performance.now() - began };
}

describe('a pool whose master maintains', () => {
  let pool: Pool;
  beforeAll(async () => {
    pool = await begun(cloud, 'member', 3);
  });
  afterAll(() => pool?.end());

  test('row 39, 52: a member is killed: no request fails, the rest close up, and the new one comes last', async () => {
    const [zero = '', one = '', two = ''] = await atWork(pool);
    const visitors = served(`http://${(await pool.list()).address}/`);
    await kill(one);
    await expect.poll(() => idsOf(pool), SOON).not.toContain(one);
    const now = await healed(pool, 3, zero);
    await visitors.end();
    expect(visitors.asked()).toBeGreaterThan(20);
    expect(visitors.failures()).toEqual([]);
    expect(now.slice(0, 2)).toEqual([zero, two]);
    await rebuilt(now);
  });

  test('row 57: a member that hangs, which EC2 calls running, is replaced once two witnesses miss it', async () => {
    const [zero = '', one = '', two = ''] = await atWork(pool);
    await podman('pause', two);
    await expect.poll(() => idsOf(pool), SOON).not.toContain(two);
    const now = await healed(pool, 3, zero);
    expect(now.slice(0, 2)).toEqual([zero, one]);
    await rebuilt(now);
  });

  test('row 74: stop_maintain stops the service, says when there is nothing to stop, and it stays off', async () => {
    const [zero = ''] = await atWork(pool);
    expect(await pool.instance('stop_maintain')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('node0: stopped maintaining'),
    });
    expect(await maintains(zero)).toBe(false);
    expect((await pool.instance('stop-maintain')).stdout).toContain('node0: nothing to stop');
    await inside(zero, 'systemctl start poolparty-watch');
    expect(await maintains(zero)).toBe(false);
  });

  test('row 73: start_maintain starts it where the address is, and takes it from nobody who answers', async () => {
    const [zero = '', one = ''] = await idsOf(pool);
    expect(await pool.instance('start_maintain')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('node0: maintains the pool'),
    });
    expect(await maintains(zero)).toBe(true);
    const { code, stderr } = await pool.instance('start-maintain', 'i=1');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`node1 \\(${one}\\): ${zero} holds \\S+ and answers there; pool failover moves`),
    );
    expect((await idsOf(pool)).slice(0, 2)).toEqual([zero, one]);
  });

  test('row 68: one maintains: a second is told who does, --take-over ends the service, which goes on later', async () => {
    const [zero = ''] = await atWork(pool);
    const second = await pool.pool('maintain');
    expect([second.code, second.stderr]).toEqual([
      1,
      expect.stringContaining('the pool is maintained by poolparty-maintain.service on this node'),
    ]);
    const first = pool.begin('pool', ['maintain', '--take-over']);
    const who = () => inside(zero, 'cat /run/poolparty/maintain.who 2>/dev/null || :');
    try {
      await expect.poll(who, SOON).toBe(TERMINAL);
      expect(await maintains(zero)).toBe(false);
      const third = await pool.pool('maintain');
      expect([third.code, third.stderr]).toEqual([1, expect.stringContaining(`maintained by ${TERMINAL}`)]);
      const by = await pool.instance('start_maintain');
      expect([by.code, by.stderr]).toEqual([1, expect.stringContaining(`maintained by ${TERMINAL}`)]);
    } finally {
      await end(first);
    }
    await expect.poll(() => maintains(zero), SOON).toBe(true);
  });
});

describe('a pool without a role', () => {
  let pool: Pool;
  beforeAll(async () => {
    pool = await begun(cloud, 'offsite', 2, { POOL_INSTANCE_PROFILE: undefined });
  });
  afterAll(() => pool?.end());

  test('row 73: no node can maintain, and start_maintain says why and what does', async () => {
    const { code, stderr } = await pool.instance('start_maintain');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'without an instance_profile no node may ask EC2; set one, or run pool maintain',
    );
  });

  test('row 56, 70: pool maintain in a terminal heals it back to two, and TERM ends it within one step', async () => {
    const [zero = '', one = ''] = await idsOf(pool);
    const maintain = pool.begin('pool', ['maintain']);
    let now: readonly string[] = [];
    try {
      await kill(one);
      await expect.poll(() => idsOf(pool), SOON).not.toContain(one);
      now = await healed(pool, 2, zero);
    } finally {
      const { code, ms } = await end(maintain);
      expect(code).toBe(130);
      expect(ms).toBeLessThan(5_000);
    }
    expect(now).toHaveLength(2);
    expect((await visit(`http://${(await pool.list()).address}/`)).status).toBe(200);
  });
});
