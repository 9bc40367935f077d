// How many requests fail while a pool grows by a node and shrinks again, three times.
import { run } from './lib/cloud.mjs';
import { pool } from './lib/commands.mjs';
import { failedDuring } from './lib/load.mjs';
import { withPool } from './lib/pools.mjs';

const rounds = 3;

export default {
  name: 'scale-out and scale-in under load: failed requests',
  target: 0,
  unit: 'requests',
  run: () =>
    withPool(
      2,
      (env) =>
        failedDuring(env, () => {
          for (let round = 0; round < rounds; round += 1)
            for (const word of ['grow', 'shrink']) run(pool(word), env);
        }),
      { POOL_MAXIMUM_INSTANCES: '3' },
    ),
};
