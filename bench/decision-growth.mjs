// How the cost of a decision grows from 100 to 10,000 nodes: 1 is linear.
import { decisions } from './lib/decisions.mjs';

export default {
  name: 'decision about 10,000 nodes over one about 100, per node',
  target: 1,
  unit: '×',
  run: () => decisions().tenThousand / 100 / decisions().hundred,
};
