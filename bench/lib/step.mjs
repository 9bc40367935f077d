// A load that grows to three times what it was, and how long until a new node takes its share.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { floorSeconds } from './floor.mjs';
import { poolList, withPool } from './pools.mjs';

const limit = 240_000;
/** So long the load is what it was: a load average needs its minute to show that; in ms. */
const before = 60_000;

/** `connections` ask for `path` again and again until `act` is over. */
async function under(address, path, connections, act) {
  const words = [
    '-t',
    '1',
    '-c',
    `${connections}`,
    '-d',
    '600s',
    '--timeout',
    '60s',
    `http://${address}${path}`,
  ];
  const wrk = spawn('wrk', words, { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    return await act();
  } finally {
    wrk.kill('SIGKILL');
  }
}

/** Seconds until the pool has a node more in rotation. */
async function grown(env, count) {
  const began = performance.now();
  const serving = () => poolList(env).instances.filter((one) => one.in_rotation).length;
  while (serving() <= count) {
    if (performance.now() - began > limit) throw new Error(`no new node within ${limit / 1000} s`);
    await sleep(250);
  }
  return (performance.now() - began) / 1000;
}

/**
 * Seconds from the step to the first new node in rotation, beyond what a machine needs to boot: a pool of two under
 * `connections` for a while, then under three times as many.
 */
export const stepSeconds = ({ path, connections, settings }) =>
  withPool(
    2,
    async (env) => {
      const { address } = poolList(env);
      const floor = await floorSeconds(1);
      const seconds = await under(address, path, connections, async () => {
        await sleep(before);
        return await under(address, path, 2 * connections, () => grown(env, 2));
      });
      console.error(`   floor ${floor.toFixed(1)} s, step to a new node ${seconds.toFixed(1)} s`);
      return seconds - floor;
    },
    { POOL_MAXIMUM_INSTANCES: '4', ...settings },
  );
