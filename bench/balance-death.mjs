// How many requests fail when a member's machine is killed under load, until the pool has healed.
import { healed, kill } from './lib/death.mjs';
import { failedDuring } from './lib/load.mjs';
import { poolList, withPool } from './lib/pools.mjs';

const nodes = 3;

export default {
  name: 'SIGKILL of a member under load: failed requests',
  target: 0,
  unit: 'requests',
  run: () =>
    withPool(nodes, (env) => {
      const { id } = poolList(env).instances.at(-1);
      return failedDuring(env, async () => {
        kill(id);
        await healed(env, nodes, id);
      });
    }),
};
