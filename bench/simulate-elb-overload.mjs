// How much longer than AWS target tracking the default rules leave a pool overloaded on a given trace.
import { overloaded } from './lib/traces.mjs';

/** A thousandth of the trace, in minutes. */
export default overloaded('elb_request_count_8c0756.csv', 20.16);
