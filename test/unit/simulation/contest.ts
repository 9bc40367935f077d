// The default rules and the reference on a demand, as `pool simulate` runs them.
import { type Policy, policyOf } from '../../../src/auto-scaling/policy.ts';
import type { Settings } from '../../../src/pool/settings.ts';
import { defaultsIn } from '../../../src/pool/settings-defaults.ts';
import { type Demand, demandOf } from '../../../src/simulation/demand.ts';
import type { Figures } from '../../../src/simulation/run.ts';
import { runOf } from '../../../src/simulation/simulate.ts';
import { traceOf } from '../../../src/simulation/trace.ts';

const LIMITS = { minimum: 2, maximum: 20 };

export const defaultPolicy = (over: Partial<Settings> = {}): Policy =>
  policyOf({
    ...defaultsIn('/pool'),
    minimum_instances: LIMITS.minimum,
    maximum_instances: LIMITS.maximum,
    ...over,
  });

/** Figures of a policy, or of the reference where there is none. */
export function figuresOf(demand: Demand, policy: Policy | undefined, seed = 1): Figures {
  const machine = { cpus: 2, maxConnections: 64, drainLimit: 60_000, usd: 0.02 };
  const run = runOf({ name: 'one', machine, ...LIMITS, policy }, demand, seed);
  while (run.advance(100_000));
  return run.figures;
}

/** A demand in units, one value for each minute. */
export function minutes(units: readonly number[]): Demand {
  const rows = units.map((value, index) => ({ at: index * 60_000, value }));
  return { ...demandOf(traceOf('minutes', rows), 1), units };
}
