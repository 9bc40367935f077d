// A pool grows while its queue is full: the nodes in rotation at the end.
import { fullQueue } from './lib/full-queue.mjs';

export default {
  name: 'full queue for 5 minutes, 3 nodes, maximum 4: size',
  target: 4,
  unit: 'nodes',
  isLeast: true,
  run: async () => (await fullQueue()).size,
};
