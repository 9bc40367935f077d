// Pools under every fault, by seeds: how many break an invariant. `npm run test:simulation -- --seeds 10000` runs more.
import { spawnSync } from 'node:child_process';

const SEEDS = 100;

/** Stories of seeds that failed, and how long it took, are for whoever waits. */
function violations() {
  const words = ['src/simulation/world/main.ts', '--seeds', String(SEEDS)];
  const { stdout } = spawnSync('node_modules/.bin/tsx', words, { encoding: 'utf8' });
  const found = / (\d+) violations$/m.exec(stdout);
  if (found === null) throw new Error('the simulation did not come to its end');
  console.error(stdout.trimEnd());
  return Number(found[1]);
}

export default {
  name: `${SEEDS} seeds of 1,000 ticks with every fault: violations`,
  target: 0,
  unit: 'violations',
  run: violations,
};
