// How long 100,000 ticks of a simulated 10-node pool take, in the whole command: its start and the reference included.
import { run } from './lib/cloud.mjs';
import { pool } from './lib/commands.mjs';
import { median } from './lib/wall.mjs';

/** Two weeks, a tick every 5 s. */
const TICKS = (14 * 86_400) / 5;
const words = ['--generate', 'daily', '--minimum-instances', '10', '--maximum-instances', '10', '--json'];

function seconds() {
  const before = performance.now();
  run(pool('simulate', ...words));
  return (performance.now() - before) / 1000;
}

export default {
  name: 'simulation of a 10-node pool: 100,000 ticks',
  target: 1,
  unit: 's',
  run: () => median([seconds(), seconds(), seconds()]) * (100_000 / TICKS),
};
