// How much longer than AWS target tracking the default rules leave a pool overloaded on a given trace.
import { overloaded } from './lib/traces.mjs';

/** A thousandth of the trace, in minutes. */
export default overloaded('nyc_taxi.csv', 309.6);
