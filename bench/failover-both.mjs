// How long nobody serves when master and standby die at once: nobody is left whom Heartbeat could tell.
import { outageOfDeaths } from './lib/outage.mjs';

export default {
  name: 'master and standby killed together, 4 nodes: address served again',
  target: 30,
  unit: 's',
  run: () => outageOfDeaths(4, 2, 3),
};
