// How many requests fail while Heartbeat is restarted on both nodes of the pair, and whether the address stays.
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './lib/cloud.mjs';
import { instance } from './lib/commands.mjs';
import { failedDuring } from './lib/load.mjs';
import { pairSettled } from './lib/outage.mjs';
import { poolList, withPool } from './lib/pools.mjs';

/** Longer than the default deadtime: what the other made of it has been done by then. */
const wait = 8_000;

const master = (env) => poolList(env).instances[0].id;

export default {
  name: 'Heartbeat restarted on both nodes under load: failed requests',
  target: 0,
  unit: 'requests',
  run: () =>
    withPool(3, async (env) => {
      await pairSettled(env);
      const before = master(env);
      const failed = await failedDuring(env, async () => {
        for (const node of ['i=1', 'i=0']) {
          run(instance('cmd', node, '--', 'systemctl restart heartbeat'), env);
          await sleep(wait);
        }
      });
      if (master(env) !== before) throw new Error('the address has moved');
      return failed;
    }),
};
