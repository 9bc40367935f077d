// Which nodes `i=0`, `i=node1`, `i=0,2`, `i=1-3`, `i=all` or an instance id mean.
import { usageError } from './failure.ts';
import type { Node } from './instance.ts';

/** The nodes that one part of a choice names; empty where it names none. */
function named(nodes: readonly Node[], part: string): readonly Node[] {
  if (part === 'all') return nodes;
  const range = /^(?:node)?(\d+)-(?:node)?(\d+)$/.exec(part);
  if (range) return between(nodes, Number(range[1]), Number(range[2]));
  return nodes.filter((node) => node.id === part || node.name === part || String(node.index) === part);
}

/** Every number of a range must exist: half a range is a mistake, not a wish. */
function between(nodes: readonly Node[], first: number, last: number): readonly Node[] {
  const inside = nodes.filter((node) => node.index >= first && node.index <= last);
  return inside.length === last - first + 1 ? inside : [];
}

function valid(nodes: readonly Node[]): string {
  const last = nodes.at(-1);
  return last === undefined || last.index === 0
    ? '0, node0'
    : `0 to ${last.index}, node0 to ${last.name}, all, lists like 0,${last.index}`;
}

function refuse(nodes: readonly Node[], part: string): never {
  if (nodes.length === 0) throw usageError('the pool has no node; `pool start` launches it');
  throw usageError(
    `"${part}" names no node; valid are ${valid(nodes)} and the instance ids`,
    nodes.map((node) => `  ${node.index}: ${node.name} - ${node.id}`),
  );
}

/**
 * The nodes of a choice, in node order, each once; no choice means node 0.
 * Throws with code 2 and the valid choices where any part names no node.
 */
export function choose(nodes: readonly Node[], choice: string | undefined): readonly Node[] {
  const parts = (choice ?? '0').split(',').map((part) => part.trim());
  const chosen = new Set<Node>();
  for (const part of parts) {
    const found = named(nodes, part);
    if (found.length === 0) refuse(nodes, part);
    for (const node of found) chosen.add(node);
  }
  return nodes.filter((node) => chosen.has(node));
}

/** The one node of a choice. Throws with code 2 where it names none or several. */
export function chooseOne(nodes: readonly Node[], choice: string | undefined): Node {
  const [only, ...more] = choose(nodes, choice);
  if (only === undefined || more.length > 0)
    throw usageError(`"${choice}" names ${more.length + 1} nodes; this command takes one, like i=0`);
  return only;
}
