// Restarts without a gap: of the nodes that serve, one at a time leaves the rotation, is restarted, and comes back.
import type { InstanceId, Node } from '../pool/instance.ts';
import { ended, fell, goesOn, isChosen, masterOf, once, running, type Seen, stageOf } from './seen.ts';
import { lacksNow } from './wants.ts';

const upAtMaster = once((seen): ReadonlySet<InstanceId> => {
  const master = masterOf(seen);
  return new Set(master && seen.progress.get(master.id)?.up);
});

/** Would bringing its configuration to this node start its app anew? */
export const restarts = (seen: Seen, node: Node): boolean =>
  ['probed', 'configured'].includes(stageOf(seen, node) ?? '') && lacksNow(seen, node).restarts;

/** Nodes that serve visitors now and have to be restarted, the master last. */
const candidates = once((seen): readonly Node[] => {
  const up = upAtMaster(seen);
  return running(seen)
    .filter((node) => isChosen(seen, node) && up.has(node.id) && restarts(seen, node))
    .reverse();
});

/** A node that came back ill says that the others would, too: they go on serving what they serve. */
export const heldBack = (seen: Seen): readonly Node[] =>
  running(seen).some((node) => stageOf(seen, node) === 'unhealthy') ? candidates(seen) : [];

/** Has this node come to its end, good or bad, or is it left as it is? */
export const isOver = (seen: Seen, node: Node): boolean => ended(seen, node) || heldBack(seen).includes(node);

/** Everyone else is in rotation, or will not come back to it. */
const othersServe = (seen: Seen, waiting: readonly Node[]): boolean => {
  const up = upAtMaster(seen);
  const isLost = (node: Node) => fell(seen, node) && !goesOn(seen, node);
  return running(seen).every((node) => waiting.includes(node) || up.has(node.id) || isLost(node));
};

/** As long as one was not looked at nobody knows who has to be restarted, and in which order. */
const allAreKnown = (seen: Seen): boolean => running(seen).every((node) => seen.progress.has(node.id));

/** The node that leaves the rotation now to be restarted; undefined where none has to, or none may yet. */
export const restartsNext = once((seen): Node | undefined => {
  const waiting = candidates(seen);
  if (!allAreKnown(seen) || heldBack(seen).length > 0) return undefined;
  return othersServe(seen, waiting) ? waiting[0] : undefined;
});

/** A node that serves beside others may be restarted only when it has left the rotation. */
export function mayRestart(seen: Seen, node: Node): boolean {
  const up = upAtMaster(seen);
  if (!up.has(node.id)) return true;
  return restartsNext(seen)?.id === node.id && up.size === 1;
}
