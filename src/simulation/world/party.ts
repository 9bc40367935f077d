// The pool of a simulated run: its settings, by the seed.
import type { Settings } from '../../pool/settings.ts';
import { defaultsIn } from '../../pool/settings-defaults.ts';
import { POOL } from './account.ts';
import type { Luck } from './luck.ts';

/** The default rules with shorter times: more happens in a run. */
const QUICK = {
  expand_when: 'load > 0.8 for 20s or queue > 0 for 10s',
  contract_when: 'load < 0.3 for 60s and queue == 0 for 60s',
  interval_wait_time: 60_000,
  warm_up: 30_000,
};

export function partyOf(luck: Luck): Settings {
  const minimum = luck.whole(2, 4);
  return {
    ...defaultsIn('/party'),
    name: POOL,
    ...(luck.happens(0.7) ? QUICK : {}),
    minimum_instances: minimum,
    maximum_instances: minimum + luck.whole(0, luck.happens(0.5) ? 2 : 6),
    keypair: 'key',
    keypair_path: '/key',
    instance_profile: 'poolparty',
    app: { source: '/party/app', command: 'node server.js', health: '/health', env: {}, install: [] },
  };
}
