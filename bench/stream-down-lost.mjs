// What a slow reader of a command does not get.
import { streams } from './lib/stream.mjs';

export default {
  name: 'bytes lost of instance cmd, 1 GB into a reader of 50 MB/s',
  target: 0,
  unit: 'bytes',
  run: async () => (await streams()).down.lost,
};
