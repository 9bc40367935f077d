// How long nobody serves while `pool failover` moves the master on purpose.
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './lib/cloud.mjs';
import { pool } from './lib/commands.mjs';
import { outageDuring } from './lib/outage.mjs';
import { poolList, withPool } from './lib/pools.mjs';
import { median } from './lib/wall.mjs';

const rounds = 5;

export default {
  name: 'pool failover (planned): outage',
  target: 1,
  unit: 's',
  run: () =>
    withPool(3, async (env) => {
      const all = [];
      for (let round = 0; round < rounds; round += 1) {
        let said = {};
        const seconds = await outageDuring(poolList(env), () => {
          said = JSON.parse(run(pool('failover', '--json', '-q'), env));
        });
        console.error(`   ${seconds.toFixed(2)} s, it said ${said.outage_seconds} s`);
        all.push(seconds);
        // The former master's public address comes back a moment after it lost the pool's.
        await sleep(5_000);
      }
      return median(all);
    }),
};
