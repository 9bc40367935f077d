// One node less: when the rule has held, the pool has rested, and the others carry what it carried.

import type { Comparison } from '../pool/rules.ts';
import { lives, type NodeSight, type Remembered, type Sight } from '../pool/sight.ts';
import type { Opinion } from './expand.ts';
import { causes, heldAt, isSo } from './holding.ts';
import { isWarm, type Means } from './means.ts';
import type { Policy } from './policy.ts';
import { nodes as counted, seconds, toldAll, toldFor } from './words.ts';

/** Metrics that are a share of one whole, which the others would take over from one that leaves. */
const SHARED: ReadonlySet<string> = new Set(['load', 'cpu', 'web']);

const stays = (node: NodeSight): boolean => lives(node) && node.leaving === undefined;

/** What the means would be with one node less: one that serves takes its share with it. */
function withoutOne({ values, serving }: Means): ReadonlyMap<string, number> {
  if (serving <= 1) return values;
  const share = serving / (serving - 1);
  return new Map([...values].map(([name, value]) => [name, SHARED.has(name) ? value * share : value]));
}

/** What would ask for a node again at once; it is not taken, then. */
const returns = ({ expand }: Policy, after: ReadonlyMap<string, number>): readonly Comparison[] =>
  causes(expand, (one) => isSo(one, after));

/** The first reason why nobody leaves now; undefined where there is none. */
function hindrance(
  sight: Sight,
  policy: Policy,
  means: Means,
  { changedAt }: Remembered,
): string | undefined {
  const staying = sight.nodes.filter(stays);
  if (staying.length <= policy.minimum) return `minimum_instances is ${policy.minimum}`;
  const leaving = sight.nodes.find((node) => lives(node) && node.leaving !== undefined);
  if (leaving) return `${leaving.name} is leaving`;
  if (sight.unseen > 0) return 'a node is being launched';
  const young = staying.find(
    (node) => node.standing === 'booting' || (node.standing === 'serving' && !isWarm(node, sight.at, policy)),
  );
  if (young) return `${young.name} is ${young.standing === 'booting' ? 'on its way' : 'warming'}`;
  if (means.told * 2 < staying.length)
    return `only ${means.told} of ${counted(staying.length)} told their figures`;
  const rested = sight.at - changedAt;
  if (rested < policy.rest)
    return `the pool has just changed and rests, ${seconds(policy.rest - rested)} left`;
  const after = withoutOne(means);
  const again = returns(policy, after);
  return again.length > 0 ? `with a node less it would be ${toldAll(again, after)}` : undefined;
}

/**
 * Who leaves: one that fails before one that serves, then the youngest, never the master; undefined where there is
 * only the master.
 */
export function victim({ nodes }: Sight): NodeSight | undefined {
  const [first] = nodes
    .filter((node) => stays(node) && !node.isMaster)
    .sort(
      (a, b) =>
        Number(a.standing === 'serving') - Number(b.standing === 'serving') ||
        b.launchedAt - a.launchedAt ||
        (a.id < b.id ? 1 : -1),
    );
  return first;
}

/**
 * What `contract_when` asks for; undefined where it does not hold. Never more than one node at a time: traffic comes
 * back faster than nodes do.
 */
export function contraction(
  sight: Sight,
  policy: Policy,
  means: Means,
  since: readonly (number | null)[],
  remembered: Remembered,
): Opinion | undefined {
  const found = causes(policy.contract, heldAt(policy, since, sight.at));
  if (found.length === 0) return undefined;
  const why = toldFor(found, means.values);
  const but = hindrance(sight, policy, means, remembered);
  return but === undefined ? { count: 1, because: why } : { count: 0, because: `${why}, but ${but}` };
}
