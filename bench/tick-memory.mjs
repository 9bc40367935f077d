// How much memory a maintainer of 100 nodes takes at its peak, their connections open.
import { tickOverManySshd } from './lib/many-sshd.mjs';

export default {
  name: 'peak memory of a maintainer with 100 ssh connections',
  target: 150,
  unit: 'MB',
  run: async () => (await tickOverManySshd()).megabytes,
};
