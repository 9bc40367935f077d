// How many seconds `pool start` of ten nodes adds to booting the same machines alone.
import { startOfTen } from './lib/start-of-ten.mjs';

export default {
  name: 'pool start of 10 nodes beyond the floor',
  target: 5,
  unit: 's',
  run: async () => (await startOfTen()).beyond,
};
