// A served pool of three nodes for the benchmarks that look at one.
import { poolOf, run } from './cloud.mjs';
import { pool } from './commands.mjs';

/** Starts the pool, hands its environment to `measure`, and stops it whatever happens. */
export function withThreeNodes(measure) {
  const env = poolOf(3);
  try {
    run(pool('start'), env);
    return measure(env);
  } finally {
    run(pool('stop', '--yes'), env);
  }
}
