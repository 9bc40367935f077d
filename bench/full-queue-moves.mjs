// A full queue is no death: how often the address moves while visitors wait.
import { fullQueue } from './lib/full-queue.mjs';

export default {
  name: 'full queue for 5 minutes, 3 nodes, maximum 4: moves of the address',
  target: 0,
  unit: 'moves',
  run: async () => (await fullQueue()).moves,
};
