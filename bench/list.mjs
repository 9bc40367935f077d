// How much `pool list` of three nodes costs over starting Node at all.
import { nothing, pool } from './lib/commands.mjs';
import { withPool } from './lib/pools.mjs';
import { pairedRatio } from './lib/wall.mjs';

export default {
  name: 'pool list of 3 nodes over node -e 0, wall',
  target: 4.5,
  unit: '×',
  run: () => withPool(3, (env) => pairedRatio(pool('list'), nothing, { env })),
};
