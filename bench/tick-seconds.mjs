// How long a maintainer's tick over 100 nodes takes: asking each over its warm ssh connection, and deciding.
import { tickOverManySshd } from './lib/many-sshd.mjs';

export default {
  name: 'tick over 100 ssh connections',
  target: 0.5,
  unit: 's',
  run: async () => (await tickOverManySshd()).seconds,
};
