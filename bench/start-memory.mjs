// How much memory the one `pool` process takes at its peak while it starts ten nodes.
import { startOfTen } from './lib/start-of-ten.mjs';

export default {
  name: 'peak memory of pool start of 10 nodes',
  target: 150,
  unit: 'MB',
  run: async () => (await startOfTen()).megabytes,
};
