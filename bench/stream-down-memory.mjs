// How much memory a command takes whose output is read slowly.
import { streams } from './lib/stream.mjs';

export default {
  name: 'peak memory of instance cmd, 1 GB into a reader of 50 MB/s',
  target: 120,
  unit: 'MB',
  run: async () => (await streams()).down.megabytes,
};
