// What a command does not get of its input.
import { streams } from './lib/stream.mjs';

export default {
  name: 'bytes lost of instance cmd, 1 GB of input',
  target: 0,
  unit: 'bytes',
  run: async () => (await streams()).up.lost,
};
