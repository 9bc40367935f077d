// Dead or cut off? A node that EC2 calls running is replaced only when two witnesses miss it, and few at a time.
import { lives, type NodeSight, type Remembered, type Sight } from '../pool/sight.ts';

/** Looks in a row without an answer, before silence counts. */
const MOST_MISSES = 3;
/** Replaced at once: one node, or this share of the pool. */
const BRAKE_SHARE = 0.2;
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

/** A maintainer that reaches less than half of the nodes is more likely cut off itself. */
export function silence({ at, nodes }: Sight, { replacedAt }: Remembered): Silence {
  const silent = nodes.filter(isSilent);
  const [first] = silent;
  if (first === undefined) return nobody(undefined);
  const running = nodes.filter((node) => node.state === 'running');
  const reached = running.filter((node) => node.misses === 0).length;
  if (reached * 2 < running.length)
    return nobody(`only ${reached} of ${running.length} nodes answer; whoever reaches so few replaces none`);
  const missed = silent.filter((node) => node.isMissed && !node.isMaster);
  if (missed.length === 0) return nobody(`${first.name} does not answer, but no second witness misses it`);
  const recent = replacedAt.filter((then) => at - then < BRAKE_SPAN).length;
  const brake = Math.max(1, Math.floor(nodes.filter(lives).length * BRAKE_SHARE)) - recent;
  if (brake <= 0)
    return nobody(`${first.name} does not answer, but a node was replaced less than a minute ago`);
  return { replaced: missed.slice(0, brake), because: undefined };
}
