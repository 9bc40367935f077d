// A load step as the queue shows it: a node takes four requests at once, so six wait nowhere and eighteen do.
import { stepSeconds } from './lib/step.mjs';

export default {
  name: 'load step to 3 times, queue > 0: first new node in rotation, beyond boot',
  target: 15,
  unit: 's',
  run: () =>
    stepSeconds({
      path: '/sleep?ms=200',
      connections: 6,
      settings: { POOL_MAX_CONNECTIONS: '4', POOL_EXPAND_WHEN: 'queue > 0' },
    }),
};
