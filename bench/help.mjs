// How much `pool --help` costs over starting Node at all.
import { nothing, pool } from './lib/commands.mjs';
import { pairedRatio } from './lib/wall.mjs';

export default {
  name: 'pool --help over node -e 0, wall',
  target: 2.0,
  unit: '×',
  run: () => pairedRatio(pool('--help'), nothing),
};
