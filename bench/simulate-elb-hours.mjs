// What the default rules cost on a given trace, over what AWS target tracking costs.
import { nodeHours } from './lib/traces.mjs';

export default nodeHours('elb_request_count_8c0756.csv');
