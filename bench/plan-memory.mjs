// How much memory `pool plan` takes where the app is a big folder.
import { planOfBigApp } from './lib/big-app.mjs';

export default {
  name: 'peak memory of pool plan with an app of 20,000 files, 200 MB',
  target: 150,
  unit: 'MB',
  run: async () => (await planOfBigApp()).megabytes,
};
