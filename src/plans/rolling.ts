// Changes without a gap: one node is tried first, and the others follow once it serves; of those that have to be restarted
// one at a time leaves the rotation.
import type { InstanceId, Node } from '../pool/instance.ts';
import { isLeaving } from '../pool/instance.ts';
import { isRisky } from './node-state.ts';
import {
  ended,
  fell,
  goesOn,
  isChosen,
  isSilent,
  masterOf,
  once,
  type Progress,
  running,
  type Seen,
  stageOf,
} from './seen.ts';
import { lacksNow } from './wants.ts';

const NOTHING: Partial<Progress> = {};

const atMaster = (seen: Seen): Partial<Progress> => {
  const master = masterOf(seen);
  return (master && seen.progress.get(master.id)) ?? NOTHING;
};

/** Those that have passed a check of the master's HAProxy. */
const upAtMaster = once((seen): ReadonlySet<InstanceId> => new Set(atMaster(seen).up));

/** Those that the master's HAProxy sends visitors to, checked or not yet. */
const inRotation = once((seen): ReadonlySet<InstanceId> => {
  const { up = [], unchecked = [] } = atMaster(seen);
  return new Set([...up, ...unchecked]);
});

export const isServer = (seen: Seen, { id }: Node): boolean => inRotation(seen).has(id);

/**
 * Those that have passed for some time as they are, and answer visitors; where nobody tells for how long, all that have
 * passed.
 */
const lasting = once((seen): ReadonlySet<InstanceId> => {
  const { up = [], lasting: long = up, erring = [] } = atMaster(seen);
  return new Set(long.filter((id) => !seen.fresh?.has(id) && !erring.includes(id)));
});

/** Nobody knows who serves: that is not to say that nobody does. */
const isBlind = (seen: Seen): boolean => atMaster(seen).blind === true;

/** Visitors meet this node, as far as is known: its app, or the HAProxy that they come in through. */
const isServing = (seen: Seen, node: Node): boolean =>
  isBlind(seen) || isServer(seen, node) || (node.role === 'master' && inRotation(seen).size > 0);

const isConfigurable = (seen: Seen, node: Node): boolean =>
  ['probed', 'configured'].includes(stageOf(seen, node) ?? '');

/** Would bringing its configuration to this node start its app anew? */
export const restarts = (seen: Seen, node: Node): boolean =>
  isConfigurable(seen, node) && lacksNow(seen, node).restarts;

/** Is there anything to bring to this node that could keep it from serving? */
const isToChange = (seen: Seen, node: Node): boolean =>
  isConfigurable(seen, node) && !isLeaving(node) && isRisky(lacksNow(seen, node));

/** Nodes that serve visitors now and have to be changed, the master last. */
const waiting = once((seen): readonly Node[] =>
  running(seen)
    .filter((node) => isChosen(seen, node) && isServing(seen, node) && isToChange(seen, node))
    .reverse(),
);

const fellByChange = (seen: Seen, node: Node): boolean =>
  stageOf(seen, node) === 'unhealthy' || seen.progress.get(node.id)?.byChange === true;

/** Is a node gone that should be there, or that served when this run began? */
const isShort = ({ servers = 0, kit }: Seen, here: readonly Node[]): boolean =>
  here.length < Math.max(servers, kit.settings.minimum_instances);

/**
 * Is one of the pool's nodes silent, gone or fallen, and only one left that serves? It is no node to try anything on.
 * HAProxy may find a silent one well for some time: the kernel of a machine that hangs takes connections.
 */
const isLastOne = (seen: Seen): boolean => {
  const here = running(seen);
  const serving = here.filter((node) => isServer(seen, node) && !isSilent(seen, node));
  return (
    serving.length < 2 &&
    (isShort(seen, here) || here.some((node) => isSilent(seen, node) || fell(seen, node)))
  );
};

/**
 * A node that did not come to serve with the change says that the others would not, either: they stay as they are. So do
 * all where nobody knows who serves, and the last one that does.
 */
export const heldBack = once((seen): readonly Node[] =>
  isBlind(seen) || isLastOne(seen) || running(seen).some((node) => fellByChange(seen, node))
    ? waiting(seen)
    : [],
);

/** Has this node come to its end, good or bad, or is it left as it is? */
export const isOver = (seen: Seen, node: Node): boolean => {
  const held = heldBack(seen);
  return held.includes(node) || (ended(seen, node) && !waiting(seen).includes(node));
};

/** Nobody waits for this node: it does not come to serve, whatever this run does. */
const isLost = (seen: Seen, node: Node): boolean => {
  if (fell(seen, node)) return !goesOn(seen, node);
  // Without an app of ours nobody knows whether a node will ever answer HAProxy's check.
  if (seen.kit.settings.app === undefined && stageOf(seen, node) === 'configured') return true;
  return !isChosen(seen, node) || isLeaving(node);
};

/** Visitors meet its HAProxy alone, for its own app is out: nobody misses that while it is started anew. */
const isTriedFirst = (seen: Seen, node: Node): boolean => restarts(seen, node) && !isServer(seen, node);

/** Everyone else has passed a check, or will not come back. */
const othersServe = once((seen): boolean =>
  running(seen).every(
    (node) =>
      upAtMaster(seen).has(node.id) ||
      (waiting(seen).includes(node) && !isTriedFirst(seen, node)) ||
      isLost(seen, node),
  ),
);

const hasTheChange = (seen: Seen, node: Node): boolean =>
  stageOf(seen, node) === 'configured' && !isToChange(seen, node);

/** Nodes that are what they should be: does one of them serve for long enough, or is there none yet? */
const isTried = once((seen): boolean => {
  const changed = running(seen).filter((node) => hasTheChange(seen, node) && !isLost(seen, node));
  return changed.length === 0 || changed.some(({ id }) => lasting(seen).has(id));
});

/** The first node is tried alone, also where it needs no restart. */
const nobodyHasIt = (seen: Seen): boolean => !running(seen).some((node) => hasTheChange(seen, node));

/** As long as one was not looked at nobody knows who has to be changed, and in which order. */
const allAreKnown = (seen: Seen): boolean => running(seen).every((node) => seen.progress.has(node.id));

/** May nodes that serve be changed now? */
const itsTime = once(
  (seen) => allAreKnown(seen) && heldBack(seen).length === 0 && othersServe(seen) && isTried(seen),
);

/** The node that leaves the rotation now to be restarted; undefined where none has to, or none may yet. */
export const restartsNext = once((seen): Node | undefined => {
  if (!itsTime(seen)) return undefined;
  const next = waiting(seen).find((node) => restarts(seen, node));
  return nobodyHasIt(seen) && waiting(seen)[0] !== next ? undefined : next;
});

/** A node that serves beside others may be restarted only when it has left the rotation. */
function mayRestart(seen: Seen, node: Node): boolean {
  if (!isServer(seen, node)) return true;
  return restartsNext(seen)?.id === node.id && inRotation(seen).size === 1;
}

/** May this node be brought now what it lacks, or is it not its turn yet? */
export function mayChange(seen: Seen, node: Node): boolean {
  const lacks = lacksNow(seen, node);
  if (isBlind(seen) && isRisky(lacks)) return false;
  if (lacks.restarts) return mayRestart(seen, node);
  if (!isRisky(lacks) || !isServing(seen, node)) return true;
  return itsTime(seen) && (!nobodyHasIt(seen) || waiting(seen)[0]?.id === node.id);
}

/** Must all but the servers in this node's haproxy.cfg stay as it is for now? */
export const keepsRotation = (seen: Seen, node: Node): boolean =>
  fell(seen, node) || restarts(seen, node) || !mayChange(seen, node);

/** Is there somebody who serves and is to be changed, and not held back? */
export const changesServing = (seen: Seen): boolean =>
  waiting(seen).length > 0 && heldBack(seen).length === 0;

/** Does somebody wait for nothing but that the first one that was changed has served long enough? */
export const awaitsTrial = (seen: Seen): boolean =>
  changesServing(seen) && allAreKnown(seen) && othersServe(seen) && !isTried(seen);

/**
 * Servers that this node's HAProxy has to find well with what it is brought now, if it did before: those that answer
 * already as its new configuration asks them. Whoever is restarted itself answers nobody for a moment.
 */
export const proofsFor = (seen: Seen, node: Node): readonly InstanceId[] =>
  running(seen)
    .filter((other) => !restarts(seen, other) && (other.id !== node.id || !lacksNow(seen, node).restarts))
    .map(({ id }) => id);

/** Servers that serve visitors now: whatever firewall this node is brought, its HAProxy has to reach them. */
export const reachedBy = (seen: Seen, node: Node): readonly InstanceId[] =>
  proofsFor(seen, node).filter((id) => id !== node.id && upAtMaster(seen).has(id));
