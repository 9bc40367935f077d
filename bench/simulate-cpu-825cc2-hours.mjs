// What the default rules cost on a given trace, over what AWS target tracking costs.
import { nodeHours } from './lib/traces.mjs';

export default nodeHours('ec2_cpu_utilization_825cc2.csv');
