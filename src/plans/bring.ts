// Bringing every node to what it should be: looked at, configured where it differs, in rotation, its keys known.
import { isHaproxyConfig } from '../load-balancing/config.ts';
import { type InstanceId, isLeaving, type Node } from '../pool/instance.ts';
import { keyTags } from '../pool/keys.ts';
import type { Difference } from './node-state.ts';
import type { Plan } from './plan.ts';
import {
  awaitsTrial,
  changesServing,
  isOver,
  isServer,
  keepsRotation,
  mayChange,
  restarts,
  restartsNext,
} from './rolling.ts';
import {
  alive,
  ended,
  fell,
  goesOn,
  isSilent,
  isToServe,
  once,
  type Progress,
  running,
  type Seen,
  stageOf,
  stateOf,
  staying,
  steady,
} from './seen.ts';
import { configurationIn, lacksNow, membersNow } from './wants.ts';

/** Whoever is patient changes a configured node again only when no other is still on its way: once, for all of them. */
export interface Manner {
  readonly patient: boolean;
  /** Ask the master's HAProxy again and again until it finds every ready node healthy. */
  readonly awaits: boolean;
  /** Shows what comes to every node in the end, as if each change had been tried already. */
  readonly foresees?: boolean;
}

const probe = (seen: Seen): Plan =>
  steady(seen, seen.kit.settings)
    .filter((node) => stageOf(seen, node) === undefined)
    .map((node) => ({ do: 'probe', node, because: 'not yet looked at' }));

/** A node tells its public keys when it is configured; in its tags all others find them. */
const tag = (seen: Seen): Plan =>
  running(seen).flatMap((node) => {
    const { sshKey = '', hostKey = '' } = stateOf(seen, node) ?? {};
    const tags = keyTags(node, { sshKey, hostKey });
    if (Object.keys(tags).length === 0) return [];
    return [{ do: 'tag', node, tags, because: 'the others are to know its public keys' }];
  });

/**
 * Who is in a node's HAProxy from its first configuration on. The master's serves visitors, so nobody comes in
 * whose app has not answered; whoever was in stays, and HAProxy's own checks decide whether it serves. The others'
 * serve nobody yet: they get everyone who is to come, and need no change for each that comes.
 */
const atFirst = (seen: Seen, node: Node): readonly Node[] => {
  const before = new Set<InstanceId>(seen.progress.get(node.id)?.members);
  return staying(seen).filter(
    (other) => before.has(other.id) || (node.role !== 'master' && !fell(seen, other)),
  );
};

/** Whoever leaves stays in a HAProxy that finds nobody else healthy: a node that ends soon is better than none. */
const servers = (seen: Seen, up: readonly InstanceId[]): readonly Node[] => {
  const stay = staying(seen);
  return stay.some(({ id }) => up.includes(id)) ? stay : alive(seen);
};

/** Who is to be in a node's HAProxy once all that is known is done: not who is to be restarted next. */
const wanted = (seen: Seen, node: Node): readonly Node[] => {
  const { members = [], up = [] } = seen.progress.get(node.id) ?? {};
  const before = new Set<InstanceId>(members);
  const now = new Set(running(seen).flatMap((other) => (isToServe(seen, other) ? [other.id] : [])));
  const next = restartsNext(seen)?.id;
  const leaves = (other: Node) => node.role === 'master' && other.id === next && up.length > 1;
  const returns = (other: Node) => before.has(other.id) || node.role !== 'master' || !restarts(seen, other);
  // Of who is silent, or serves visitors though its app was late for us, HAProxy's own checks decide.
  const stays = (other: Node) =>
    before.has(other.id) &&
    (node.role === 'master' || !fell(seen, other) || isSilent(seen, other) || isServer(seen, other));
  return servers(seen, up).filter(
    (other) => !leaves(other) && ((now.has(other.id) && returns(other)) || stays(other)),
  );
};

/** Has everyone come to an end, good or bad, and are all keys known? */
const calm = once(
  (seen) => seen.unseen === 0 && tag(seen).length === 0 && staying(seen).every((node) => ended(seen, node)),
);

const isNew = (seen: Seen, node: Node): boolean => stateOf(seen, node)?.configHash === undefined;

/** Who is to be in a configured node's HAProxy now: the master's follows at once, the others' when it is quiet. */
const membersFor = (seen: Seen, node: Node, { patient }: Manner): readonly Node[] =>
  node.role === 'master' || !patient || calm(seen) ? wanted(seen, node) : membersNow(seen, node);

/** Until both of the pair have been looked at nobody knows whether a node's part in it still stands. */
const pairIsKnown = (seen: Seen): boolean =>
  running(seen)
    .slice(0, 2)
    .every((node) => seen.progress.has(node.id));

/** Everything but haproxy.cfg, which has a way of its own. */
const lacksBesides = ({ files, release, any }: Difference, unfinished: boolean): boolean =>
  any && (unfinished || release || files.length === 0 || !files.every(isHaproxyConfig));

const whatDiffers = (lacks: Difference): string => {
  const [first, ...more] = [
    ...lacks.files.map((file) => file.path),
    ...(lacks.release ? ['the release'] : []),
  ];
  if (first === undefined) return 'something was left undone on it';
  return more.length === 0 ? `${first} differs` : `${first} and ${more.length} more differ`;
};

/** May a node that was brought to its configuration before be changed again now? */
const itsTime = (seen: Seen, node: Node, { patient, foresees = false }: Manner): boolean => {
  if (!pairIsKnown(seen) || stageOf(seen, node) === 'unhealthy') return false;
  if (!foresees && !mayChange(seen, node)) return false;
  return stageOf(seen, node) === 'probed' || !patient || calm(seen);
};

/** Brought again, with the servers that it has. */
function configureAgain(seen: Seen, node: Node, progress: Progress, manner: Manner): Plan {
  const members = membersNow(seen, node);
  const lacks = lacksNow(seen, node);
  const ill = progress.stage === 'probed' && !progress.state.healthy;
  const wants = ill || lacksBesides(lacks, progress.state.unfinished);
  if (!wants || !itsTime(seen, node, manner)) return [];
  return [
    { do: 'configure', node, members, because: lacks.any ? whatDiffers(lacks) : 'its app does not answer' },
  ];
}

const sameIds = (a: readonly InstanceId[], b: readonly Node[]): boolean =>
  a.length === b.length && b.every((node) => a.includes(node.id));

/** Is haproxy.cfg on its disk what it should be, whatever else is left to do there? */
const hasConfig = (seen: Seen, node: Node, { state }: Progress, members: readonly Node[]): boolean =>
  configurationIn(seen, node, members)
    .files.filter(isHaproxyConfig)
    .every((file) => state.entries.get(file.path) === file.entry);

/**
 * Only for visitors, and only where an app of ours says when it will answer. Whoever came back just now, and is to be
 * changed, too, cannot leave before HAProxy has checked who would stand in.
 */
const stillWaits = (seen: Seen, node: Node, { up, unchecked }: Progress, members: readonly Node[]): boolean =>
  seen.kit.settings.app !== undefined &&
  node.role === 'master' &&
  (awaitsTrial(seen) ||
    members.some((member) => isToServe(seen, member) && !up.includes(member.id)) ||
    (changesServing(seen) && members.some((member) => unchecked?.includes(member.id))));

function rotateOne(seen: Seen, node: Node, progress: Progress, manner: Manner): Plan {
  const members = membersFor(seen, node, manner);
  const isSame = sameIds(progress.members, members);
  // What differs beside the servers has a turn of its own, and so have servers whose apps are to come to another port.
  const keeps = keepsRotation(seen, node);
  const settled = isSame && (keeps || hasConfig(seen, node, progress, members));
  if (settled && !(manner.awaits && stillWaits(seen, node, progress, members))) return [];
  const because = `${members.length} nodes are ready`;
  return [{ do: 'rotate', node, members, ...(keeps ? { keeps } : {}), because }];
}

function changeOne(seen: Seen, node: Node, manner: Manner): Plan {
  const progress = seen.progress.get(node.id);
  if (progress === undefined || seen.kit.secret === undefined) return [];
  // One whose former app goes on comes back to the rotation, also to its own.
  if (progress.stage === 'failed') return goesOn(seen, node) ? rotateOne(seen, node, progress, manner) : [];
  if (isNew(seen, node) && !isLeaving(node))
    return [{ do: 'configure', node, members: atFirst(seen, node), because: 'it was never configured' }];
  // Whoever is about to go is changed no more; but visitors come in through the master's HAProxy.
  if (isLeaving(node)) return node.role === 'master' ? rotateOne(seen, node, progress, manner) : [];
  const again = configureAgain(seen, node, progress, manner);
  return again.length > 0 ? again : rotateOne(seen, node, progress, manner);
}

/**
 * The next steps for all running nodes, side by side; empty when nobody lacks anything, or when those under way
 * have to be waited for.
 */
export const bring = (seen: Seen, manner: Manner): Plan => [
  ...probe(seen),
  ...tag(seen),
  ...steady(seen, seen.kit.settings).flatMap((node) => changeOne(seen, node, manner)),
];

/** Is a node that was looked at what it should be already, with an app that answers? Then it needs no step. */
export const isComplete = (seen: Seen, node: Node): boolean =>
  stageOf(seen, node) === 'probed' &&
  !isNew(seen, node) &&
  stateOf(seen, node)?.healthy === true &&
  pairIsKnown(seen) &&
  !lacksBesides(lacksNow(seen, node), stateOf(seen, node)?.unfinished === true);

/** Has every node come to its end, but for those that are held back? */
export const isBrought = (seen: Seen): boolean =>
  seen.unseen === 0 && staying(seen).every((node) => isOver(seen, node));
