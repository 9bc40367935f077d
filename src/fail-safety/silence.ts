// Dead or cut off? A node that EC2 calls running is replaced only when two witnesses miss it, and few at a time.

import { lives, type NodeSight, type Remembered, type Sight } from '../pool/sight.ts';
import { isHopeless } from './bootstraps.ts';

/** Looks in a row without an answer, before silence counts. */
const MOST_MISSES = 3;
/** Replaced at once: one node, or this share of the pool. */
const BRAKE_SHARE = 0.2;
/** So long a node may be out of the rotation before another takes its place; ms. */
const OUT_LIMIT = 5 * 60_000;
/** Replacements of so long ago are no longer "at once"; ms. */
const BRAKE_SPAN = 60_000;

const isSilent = (node: NodeSight): boolean =>
  node.state === 'running' && node.leaving === undefined && node.misses >= MOST_MISSES;

/** Who is to be replaced for its silence, oldest number first, and why nobody is where nobody may be. */
export interface Silence {
  readonly replaced: readonly NodeSight[];
  readonly because: string | undefined;
}

const nobody = (because: string | undefined): Silence => ({ replaced: [], because });

/** How many may still be replaced now. */
const brakeAt = (at: number, nodes: readonly NodeSight[], replacedAt: readonly number[]): number => {
  const recent = replacedAt.filter((then) => at - then < BRAKE_SPAN).length;
  return Math.max(1, Math.floor(nodes.filter(lives).length * BRAKE_SHARE)) - recent;
};

/**
 * A maintainer that reaches less than half of the nodes is more likely cut off itself: then only EC2's own checks are
 * believed, whose way to the nodes is another.
 */
export function silence({ at, nodes }: Sight, { replacedAt }: Remembered): Silence {
  const silent = nodes.filter(isSilent);
  const [first] = silent;
  if (first === undefined) return nobody(undefined);
  const running = nodes.filter((node) => node.state === 'running');
  const reached = running.filter((node) => node.misses === 0).length;
  const isCutOff = reached * 2 < running.length;
  const missed = silent.filter((node) => !node.isMaster && (isCutOff ? node.isImpaired : node.isMissed));
  if (missed.length === 0)
    return nobody(
      isCutOff
        ? `only ${reached} of ${running.length} nodes answer; whoever reaches so few replaces none`
        : `${first.name} does not answer, but no second witness misses it`,
    );
  const brake = brakeAt(at, nodes, replacedAt);
  if (brake <= 0)
    return nobody(`${first.name} does not answer, but a node was replaced less than a minute ago`);
  return { replaced: missed.slice(0, brake), because: undefined };
}

/** Where half of the apps are dead the app itself is likely to be wrong, and new machines would not help. */
function mostServe(nodes: readonly NodeSight[]): boolean {
  const serving = nodes.filter((node) => node.standing === 'serving').length;
  const alive = nodes.filter(lives).length;
  return serving * 2 > alive || (serving > 0 && serving === alive - 1);
}

/** Served, and has been out of the rotation for long. */
const isIll = ({ state, leaving, outSince }: NodeSight, at: number): boolean =>
  state === 'running' && leaving === undefined && outSince !== undefined && at - outSince >= OUT_LIMIT;

/** One that is ill, while most of the pool, or all others, serve. */
export function illness({ at, nodes }: Sight, { replacedAt }: Remembered): NodeSight | undefined {
  if (!mostServe(nodes) || brakeAt(at, nodes, replacedAt) <= 0) return undefined;
  return nodes.find((node) => !node.isMaster && isIll(node, at));
}

/**
 * The same of the master, which nobody replaces while it has the role; or one that cannot be brought up: by a wall
 * clock that is slow a maintainer takes itself for a newcomer that never served.
 */
export const illMaster = ({ at, nodes }: Sight): NodeSight | undefined =>
  mostServe(nodes) ? nodes.find((node) => node.isMaster && (isIll(node, at) || isHopeless(node))) : undefined;

/** Who takes the role of a master that is ill: the first that serves, answers and stays. */
export const heir = ({ nodes }: Sight): NodeSight | undefined =>
  nodes.find(
    ({ isMaster, state, standing, misses, leaving, notice }) =>
      !isMaster &&
      state === 'running' &&
      standing === 'serving' &&
      misses === 0 &&
      leaving === undefined &&
      notice === undefined,
  );
