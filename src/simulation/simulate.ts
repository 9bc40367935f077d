// A trace through each policy and through the reference: the same demand, the same machines, the same boots.
import type { Policy } from '../auto-scaling/policy.ts';
import { comparisonsOf } from '../pool/rules.ts';
import { bootTimes } from './chance.ts';
import type { Course } from './course.ts';
import type { Demand } from './demand.ts';
import { Fleet, type Machine } from './fleet.ts';
import { Maintainer, type Scaler } from './maintainer.ts';
import { type Figures, Run } from './run.ts';
import { TargetTracking } from './target-tracking.ts';

/** Who is to be simulated: a policy of ours, or, without one, the reference. */
export interface Contestant {
  readonly name: string;
  readonly machine: Machine;
  readonly minimum: number;
  readonly maximum: number;
  readonly policy: Policy | undefined;
}

export interface Outcome {
  readonly name: string;
  readonly figures: Figures;
  readonly course: Course;
}

function scalerFor({ machine, policy, ...limits }: Contestant, { from }: Demand, seed: number): Scaler {
  // A generator of its own for each: the n-th launch takes as long for everybody.
  const fleet = new Fleet(machine, bootTimes(seed));
  return policy ? new Maintainer(fleet, policy, from) : new TargetTracking(fleet, limits, from);
}

/** A run that has not begun. */
export const runOf = (contestant: Contestant, demand: Demand, seed: number): Run =>
  new Run(demand, scalerFor(contestant, demand, seed));

/** Metrics that simulated nodes tell; a rule on another never holds. */
const SIMULATED: ReadonlySet<string> = new Set(['load', 'cpu', 'queue', 'web']);

/** Metrics that a policy's rules name, and that no simulated node tells. */
export const untold = ({ expand, contract }: Policy): readonly string[] => {
  const named = [...comparisonsOf(expand), ...comparisonsOf(contract)].flatMap(({ metric, than }) =>
    than.kind === 'metric' ? [metric, than.name] : [metric],
  );
  return [...new Set(named)].filter((metric) => !SIMULATED.has(metric));
};
