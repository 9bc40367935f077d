// Three nodes that take four requests each, under 300 slow visitors for five minutes: who is master, and how many there are.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { poolList, withPool } from './pools.mjs';

const lasts = 300_000;
const every = 1_000;

const settings = { POOL_MAXIMUM_INSTANCES: '4', POOL_MAX_CONNECTIONS: '4' };

/** Wrong or missing answers of some visitors concern nobody here: most wait in vain, since so many come. */
function visitors(address) {
  const words = ['-t', '1', '-c', '300', '-d', `${lasts / 1_000 + 60}s`, '--timeout', '60s'];
  return spawn('wrk', [...words, `http://${address}/sleep?ms=2000`], { stdio: 'ignore' });
}

async function watched(env) {
  const { address, instances } = poolList(env);
  const wrk = visitors(address);
  const end = performance.now() + lasts;
  let [master, moves, size] = [instances[0].id, 0, 0];
  try {
    while (performance.now() < end) {
      const now = poolList(env).instances.filter(({ state }) => state === 'running');
      if (now[0].id !== master) moves += 1;
      master = now[0].id;
      size = now.filter((one) => one.in_rotation).length;
      await sleep(every);
    }
  } finally {
    wrk.kill('SIGKILL');
  }
  console.error(`   ${moves} moves, ${size} nodes in rotation at the end`);
  return { moves, size };
}

let found;

/** Both rows are of one run. */
export const fullQueue = () => {
  found ??= withPool(3, watched, settings);
  return found;
};
