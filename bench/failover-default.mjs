// How long nobody serves when the master's machine dies, with Heartbeat's default timings.
import { outageOfDeaths } from './lib/outage.mjs';

export default {
  name: "SIGKILL of the master's machine, by default: outage of the address",
  target: 7,
  unit: 's',
  run: () => outageOfDeaths(3, 1, 3),
};
