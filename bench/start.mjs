// How much longer `pool start` of ten nodes takes than booting the same machines alone.
import { startOfTen } from './lib/start-of-ten.mjs';

export default {
  name: 'pool start of 10 nodes over the floor',
  target: 2.0,
  unit: '×',
  run: async () => (await startOfTen()).ratio,
};
