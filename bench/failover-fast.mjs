// How long nobody serves when the master's machine dies, with Heartbeat as fast as it is stable.
import { outageOfDeaths } from './lib/outage.mjs';

export default {
  name: "SIGKILL of the master's machine, deadtime 2 s: outage of the address",
  target: 3.5,
  unit: 's',
  run: () => outageOfDeaths(3, 1, 3, { POOL_FAILOVER: '{deadtime: 2s, keepalive: 200ms}' }),
};
