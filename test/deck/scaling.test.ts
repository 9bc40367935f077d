// The auto-scaling slides: heavy load, a node more; back to normal, a node less; and nobody's request fails.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { atWork, begun, healed, idsOf, type Pool, rebuilt } from './ground/healing.ts';
import { load } from './ground/load.ts';
import { wrk } from './ground/wrk.ts';

const cloud = inject('cloud');

/** The rules of the talk with its times shortened. */
const RULES = {
  POOL_MAXIMUM_INSTANCES: '3',
  POOL_EXPAND_WHEN: 'load > 0.8 for 4s',
  POOL_CONTRACT_WHEN: 'load < 0.5 for 4s',
  POOL_WARM_UP: '4s',
  POOL_INTERVAL_WAIT_TIME: '8s',
};

const PATIENCE = { timeout: 150_000, interval: 500 };

describe('a pool of two that may have three', () => {
  let pool: Pool;
  beforeAll(async () => {
    pool = await begun(cloud, 'scaling', 2, RULES);
  });
  afterAll(() => pool?.end());

  test('row 62, 66: real load averages bring a node more, then a node less, the youngest; row 59: never the master; row 61: no request fails', async () => {
    const [zero = '', one = ''] = await atWork(pool);
    const url = `http://${(await pool.list()).address}`;
    const visitors = load(`${url}/`, 2);
    const heavy = wrk(`${url}/work?ms=100`, 8);
    await expect.poll(async () => (await idsOf(pool)).length, PATIENCE).toBe(3);
    const three = await healed(pool, 3, zero);
    const hard = await heavy.end();
    await expect.poll(() => idsOf(pool), PATIENCE).toEqual([zero, one]);
    const all = await visitors.end();
    expect([hard.failures, all.failures]).toEqual([0, []]);
    expect([hard.answers > 50, all.answers > 50, three.slice(0, 2)]).toEqual([true, true, [zero, one]]);
    await rebuilt([zero, one]);
  }, 300_000);
});
