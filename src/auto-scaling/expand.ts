// How many nodes more: as many as bring the mean back to the threshold, those on their way counted.
import { lives, type NodeSight, type Sight } from '../pool/sight.ts';
import { causes, heldAt, nearly, operand } from './holding.ts';
import { isWarm, type Means } from './means.ts';
import { type Comparison, comparisonsOf, type Policy } from './policy.ts';
import { seconds, told, toldFor } from './words.ts';

/** What a rule asks for: so many nodes more or less, or to wait, and why. */
export type Opinion =
  | { readonly count: number; readonly because: string }
  | { readonly count: 0; readonly because: string };

interface Capacity {
  /** Everyone that will serve, also who boots or warms up. */
  readonly all: number;
  /** Those of them that are not yet in the means. */
  readonly unripe: number;
  /** Pending or running, whoever leaves included: what the maximum counts. */
  readonly alive: number;
  readonly fallen: number;
}

const fell = ({ standing }: NodeSight): boolean => standing === 'ill' || standing === 'failed';

/** One that fails or leaves carries nothing; one that boots or warms up will. */
function capacity({ at, nodes, unseen }: Sight, policy: Policy): Capacity {
  let [all, unripe, alive, fallen] = [unseen, unseen, unseen, 0];
  for (const node of nodes) {
    if (!lives(node)) continue;
    alive += 1;
    if (fell(node)) fallen += 1;
    if (fell(node) || node.leaving !== undefined) continue;
    all += 1;
    if (node.standing === 'booting' || !isWarm(node, at, policy)) unripe += 1;
  }
  return { all, unripe, alive, fallen };
}

/** Floating point must not make one node more out of an exact fit. */
const EPSILON = 1e-9;

/**
 * The nodes that bring this figure back to its threshold: `n × value / threshold` for a mean over n nodes (as AWS's
 * target tracking and Kubernetes' autoscaler have it); for a queue, what waits over what one node takes at once.
 */
function wanted(
  cause: Comparison,
  { values, warm }: Means,
  { all, unripe }: Capacity,
  policy: Policy,
): number {
  const value = values.get(cause.metric) ?? 0;
  const threshold = operand(cause, values) ?? 0;
  const ripe = all - unripe;
  const oneMore = ripe + 1;
  if (cause.is === '<' || cause.is === '<=' || cause.is === '==') return oneMore;
  if (cause.metric === 'queue')
    return ripe + Math.max(1, Math.ceil((value - threshold) / policy.maxConnections));
  if (threshold <= 0) return oneMore;
  return Math.max(oneMore, Math.ceil((warm * value) / threshold - EPSILON));
}

/** The first that is not yet in the means, and how long it takes. */
function onItsWay({ at, nodes }: Sight, policy: Policy): string {
  const node = nodes.find(
    (one) => lives(one) && !fell(one) && one.leaving === undefined && !isWarm(one, at, policy),
  );
  if (node === undefined) return 'a node is being launched';
  if (node.servesSince === undefined) return `${node.name} is on its way`;
  return `${node.name} is warming, ${seconds(policy.warmUp - (at - node.servesSince))} left`;
}

const wait = (because: string): Opinion => ({ count: 0, because });

function grows(sight: Sight, policy: Policy, means: Means, found: readonly Comparison[]): Opinion {
  const has = capacity(sight, policy);
  const why = toldFor(found, means.values);
  if (has.fallen * 2 > has.alive) return wait(`${why}, but most nodes fail, and more of them would not help`);
  const nodes = Math.max(...found.map((cause) => wanted(cause, means, has, policy)));
  const missing = nodes - has.all;
  if (missing <= 0) return wait(`${why}, but ${onItsWay(sight, policy)}`);
  const room = policy.maximum - has.alive;
  if (room <= 0) return wait(`${why}, but maximum_instances is ${policy.maximum}`);
  // At most twice as many at once: a figure that is wrong must not cost a fortune.
  const count = Math.min(missing, Math.max(1, has.all), room);
  return { count, because: `${why}; ${nodes} would carry it` };
}

/**
 * What `expand_when` asks for; undefined where it does not hold. `since`: since when each comparison of the policy
 * has held.
 */
export function expansion(
  sight: Sight,
  policy: Policy,
  means: Means,
  since: readonly (number | null)[],
): Opinion | undefined {
  const found = causes(policy.expand, heldAt(policy, since, sight.at));
  if (found.length > 0) return grows(sight, policy, means, found);
  const [soon] = nearly(comparisonsOf(policy.expand), since, policy, sight.at);
  if (soon === undefined) return undefined;
  const from = since[policy.comparisons.indexOf(soon)] ?? sight.at;
  return wait(`${told(soon, means.values)} for ${seconds(sight.at - from)} of ${seconds(soon.for)}`);
}
