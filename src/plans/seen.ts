// What the deciders of start, configure and maintain look at: the pool, and how far each node has come.
import { type InstanceId, isAlive, isLeaving, isStaying, type Node } from '../pool/instance.ts';
import type { Pool } from '../pool/pool.ts';
import type { Settings } from '../pool/settings.ts';
import type { RuleChanges } from './group-rules.ts';
import type { Kit } from './kit.ts';
import type { NodeState } from './node-state.ts';
import type { Zone } from './spread.ts';

/** How far a node has come, as far as this run knows. Absent: not yet looked at. */
export interface Progress {
  /**
   * `probed`: looked at, and not yet known to serve what it should; `configured`: its app answered after it was
   * brought to its configuration, or it needed nothing.
   */
  readonly stage: 'probed' | 'configured' | 'unhealthy' | 'failed';
  /** Ids that its HAProxy has as servers, and those of them that it finds healthy. */
  readonly members: readonly InstanceId[];
  readonly up: readonly InstanceId[];
  /** Members that it sends requests to before their first check, and those that have been up for some time. */
  readonly unchecked?: readonly InstanceId[];
  readonly lasting?: readonly InstanceId[];
  /** Members that answer most visitors with 5xx, where the others do not. */
  readonly erring?: readonly InstanceId[];
  readonly state: NodeState;
  /** It failed by what was changed on it: others would, too. */
  readonly byChange?: boolean;
  /** It was configured before, and does not tell whom its HAProxy serves: `members` and `up` say nothing. */
  readonly blind?: boolean;
}

export interface Seen {
  readonly pool: Pool;
  readonly kit: Kit;
  readonly groupId: string | undefined;
  readonly zones: readonly Zone[];
  /** What the group's rules lack, and which are no longer wanted; absent: they are as they should be. */
  readonly rules?: RuleChanges;
  /** The shared bucket of the settings is not there yet. */
  readonly lacksBucket: boolean;
  /** Launched by this run and not yet in EC2's answers: they count, for EC2 tells of them late. */
  readonly unseen: number;
  readonly progress: ReadonlyMap<InstanceId, Progress>;
  /** Did the last request through the pool's address succeed? */
  readonly served: boolean;
  /** Changed so lately that what HAProxy tells of them may be of before. */
  readonly fresh?: ReadonlySet<InstanceId>;
  /** How many servers the master's HAProxy had when this run began; absent: that says nothing. */
  readonly servers?: number;
  /** The only nodes that this run changes; absent: all of them. */
  readonly only?: ReadonlySet<InstanceId>;
}

/**
 * Deciders ask the same of one look again and again, for each node of each node: it is worked out once. What is seen
 * does not change; a new look is a new value.
 */
export function once<T>(workOut: (seen: Seen) => T): (seen: Seen) => T {
  const known = new WeakMap<Seen, { readonly value: T }>();
  return (seen) => {
    const found = known.get(seen) ?? { value: workOut(seen) };
    known.set(seen, found);
    return found.value;
  };
}

export const alive = (seen: Seen): readonly Node[] => seen.pool.nodes.filter(isAlive);

/** Those that are counted on: alive, and not about to go. */
export const staying = (seen: Seen): readonly Node[] => seen.pool.nodes.filter(isStaying);

export const running = (seen: Seen): readonly Node[] =>
  seen.pool.nodes.filter((node) => node.state === 'running');

export const stageOf = (seen: Seen, node: Node): Progress['stage'] | undefined =>
  seen.progress.get(node.id)?.stage;

export const stateOf = (seen: Seen, node: Node): NodeState | undefined => seen.progress.get(node.id)?.state;

/** Does a living node of the pool hold its address? */
export const isHeld = ({ pool }: Pick<Seen, 'pool'>): boolean =>
  pool.nodes.some((node) => isAlive(node) && node.id === pool.address?.holder);

/**
 * Nodes whose public address will not change under a connection: the master's does, when it gets the pool's.
 */
export const steady = (seen: Seen, { public_ip }: Settings): readonly Node[] =>
  public_ip === 'none' || isHeld(seen) ? running(seen) : [];

/** Those whose app has answered its own health check. */
export const ready = (seen: Seen): readonly Node[] =>
  running(seen).filter((node) => stageOf(seen, node) === 'configured');

export const fell = (seen: Seen, node: Node): boolean =>
  ['unhealthy', 'failed'].includes(stageOf(seen, node) ?? '');

/** It could not be brought to its configuration, but served before: its former app goes on, as far as is known. */
export const goesOn = (seen: Seen, node: Node): boolean => {
  const { configHash, healthy = false } = stateOf(seen, node) ?? {};
  return stageOf(seen, node) === 'failed' && configHash !== undefined && healthy;
};

/** It was configured before, and did not say what it is or whom it serves: nothing follows from what is not known of it. */
export const isSilent = (seen: Seen, node: Node): boolean => seen.progress.get(node.id)?.blind === true;

/** Its app has answered, or did before it failed. */
export const isToServe = (seen: Seen, node: Node): boolean =>
  !isLeaving(node) && (stageOf(seen, node) === 'configured' || goesOn(seen, node));

export const ended = (seen: Seen, node: Node): boolean =>
  stageOf(seen, node) === 'configured' || fell(seen, node);

/** Is this node one that this run changes? */
export const isChosen = ({ only }: Seen, node: Node): boolean => only?.has(node.id) ?? true;

/** Visitors come in here: the only HAProxy that has to follow each change at once. */
export const masterOf = (seen: Seen): Node | undefined =>
  running(seen).find((node) => node.role === 'master');
