// The same by load averages alone, with the default threshold and time.
import { stepSeconds } from './lib/step.mjs';

export default {
  name: 'load step to 3 times, load alone: first new node in rotation, beyond boot',
  target: 90,
  unit: 's',
  run: () =>
    stepSeconds({
      path: '/work?ms=50',
      connections: 2,
      settings: { POOL_EXPAND_WHEN: 'load > 0.8 for 30s' },
    }),
};
