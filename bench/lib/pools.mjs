// Served pools of the example app, for the benchmarks that look at one.
import { poolOf, run } from './cloud.mjs';
import { pool } from './commands.mjs';

/** What `pool list --json` says of the pool. */
export const poolList = (env) => JSON.parse(run(pool('list', '--json'), env));

/** Starts a pool of so many nodes (`settings`: more variables of the environment), hands its environment to `measure`, and stops it whatever happens. */
export async function withPool(nodes, measure, settings = {}) {
  const env = { ...poolOf(nodes), ...settings };
  try {
    run(pool('start'), env);
    return await measure(env);
  } finally {
    run(pool('stop', '--yes'), env);
  }
}
