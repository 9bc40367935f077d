// A served pool of three nodes for the benchmarks that look at one.
import { poolOf, run } from './cloud.mjs';
import { pool } from './commands.mjs';

/** What `pool list --json` says of the pool. */
export const poolList = (env) => JSON.parse(run(pool('list', '--json'), env));

/** Starts the pool, hands its environment to `measure`, and stops it whatever happens. */
export async function withThreeNodes(measure) {
  const env = poolOf(3);
  try {
    run(pool('start'), env);
    return await measure(env);
  } finally {
    run(pool('stop', '--yes'), env);
  }
}
