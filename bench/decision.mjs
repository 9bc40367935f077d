// What it costs to decide about the size of a pool of 10,000 nodes.
import { decisions } from './lib/decisions.mjs';

export default {
  name: 'decision about the size of a pool of 10,000 nodes',
  target: 10,
  unit: 'ms',
  run: () => decisions().tenThousand,
};
