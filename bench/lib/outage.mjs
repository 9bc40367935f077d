// The outage of a pool's address: the longest time without a good answer, for visitors who come every 50 ms.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { run } from './cloud.mjs';
import { instance } from './commands.mjs';
import { healed, kill } from './death.mjs';
import { poolList, withPool } from './pools.mjs';
import { median } from './wall.mjs';

const LIMIT = 90_000;

/** Waits until `holds` does. */
async function until(what, holds) {
  const end = Date.now() + LIMIT;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${LIMIT / 1000} s`);
    await sleep(250);
  }
}

const PAIR =
  'for n in $(cl_status listnodes -n); do cl_status nodestatus $n; done; systemctl is-active heartbeat';

/** Both of the pair have seen each other for a while: a death from now on is noticed in time. */
export async function pairSettled(env) {
  const bothSee = () => run(instance('cmd', 'i=0,1', '--', PAIR), env).match(/: active$/gm)?.length === 6;
  await until('Heartbeat sees its peer', () => {
    try {
      return bothSee();
    } catch {
      return false;
    }
  });
  await sleep(10_000);
}

/** Seconds without a good answer while `act` goes on, until visitors have been served for 2 s after it. */
export async function outageDuring({ address }, act) {
  const url = `http://${address}/`;
  const visitors = new Worker(new URL('./visitors.mjs', import.meta.url), { workerData: url });
  await sleep(1_000);
  await act();
  const serves = () =>
    fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  await until('the address is served again', serves);
  await sleep(2_000);
  visitors.postMessage('end');
  const [longest] = await once(visitors, 'message');
  return longest / 1000;
}

/** Median of several deaths of the first `count` nodes, all at once, the pool being whole again before each. */
export const outageOfDeaths = (nodes, count, rounds, settings = {}) =>
  withPool(
    nodes,
    async (env) => {
      const all = [];
      for (let round = 0; round < rounds; round += 1) {
        await pairSettled(env);
        const listing = poolList(env);
        const dead = listing.instances.slice(0, count).map(({ id }) => id);
        const seconds = await outageDuring(listing, () => dead.forEach(kill));
        console.error(`   ${seconds.toFixed(2)} s`);
        all.push(seconds);
        if (round < rounds - 1) await healed(env, nodes, dead[0]);
      }
      return median(all);
    },
    settings,
  );
