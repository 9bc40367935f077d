// How long `pool plan` takes where the app is a big folder, which it reads whole.
import { planOfBigApp } from './lib/big-app.mjs';

export default {
  name: 'pool plan with an app of 20,000 files, 200 MB',
  target: 4,
  unit: 's',
  run: async () => (await planOfBigApp()).seconds,
};
