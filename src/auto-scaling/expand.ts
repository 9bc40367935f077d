// How many nodes more: as many as bring the mean back to the threshold, those on their way counted.

import { type Comparison, comparisonsOf } from '../pool/rules.ts';
import { lives, type NodeSight, type Remembered, type Sight } from '../pool/sight.ts';
import { causes, heldAt, nearly } from './holding.ts';
import { isWarm, type Means } from './means.ts';
import type { Policy } from './policy.ts';
import { isAverage, wanted } from './wanted.ts';
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

/** The first that is not yet in the means, and how long it takes. */
function onItsWay({ at, nodes, unseen }: Sight, policy: Policy): string {
  const node = nodes.find(
    (one) => lives(one) && !fell(one) && one.leaving === undefined && !isWarm(one, at, policy),
  );
  if (node === undefined) return unseen > 0 ? 'a node is being launched' : 'the nodes there are keep up';
  if (node.servesSince === undefined) return `${node.name} is on its way`;
  return `${node.name} is warming, ${seconds(policy.warmUp - (at - node.servesSince))} left`;
}

const wait = (because: string): Opinion => ({ count: 0, because });

/**
 * An average that falls is higher than what runs now: it tells of a load that is over, or that newcomers have taken.
 * One that levels off above its threshold is believed again.
 */
const falls = ({ metric }: Comparison, { values }: Means, { load }: Remembered): boolean =>
  isAverage(metric) && (values.get('load') ?? 0) < (load ?? 0);

function grows(
  sight: Sight,
  policy: Policy,
  means: Means,
  held: readonly Comparison[],
  before: Remembered,
): Opinion {
  const found = held.filter((cause) => !falls(cause, means, before));
  if (found.length === 0) return wait(`${toldFor(held, means.values)}, but it falls`);
  const has = capacity(sight, policy);
  const why = toldFor(found, means.values);
  if (has.fallen * 2 > has.alive) return wait(`${why}, but most nodes fail, and more of them would not help`);
  const nodes = Math.max(
    ...found.map((cause) => wanted(cause, { sight, means, policy, before, ripe: has.all - has.unripe })),
  );
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
  before: Remembered,
): Opinion | undefined {
  const found = causes(policy.expand, heldAt(policy, since, sight.at));
  if (found.length > 0) return grows(sight, policy, means, found, before);
  const [soon] = nearly(comparisonsOf(policy.expand), since, policy, sight.at);
  if (soon === undefined) return undefined;
  const from = since[policy.comparisons.indexOf(soon)] ?? sight.at;
  return wait(`${told(soon, means.values)} for ${seconds(sight.at - from)} of ${seconds(soon.for)}`);
}
