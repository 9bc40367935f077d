// How much memory a command takes that is given much input.
import { streams } from './lib/stream.mjs';

export default {
  name: 'peak memory of instance cmd, 1 GB of input',
  target: 120,
  unit: 'MB',
  run: async () => (await streams()).up.megabytes,
};
