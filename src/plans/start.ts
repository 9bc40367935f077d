// What `pool start` has to do next, from what is seen: a list that grows empty as the pool comes up.
import { type InstanceId, isAlive, type Node } from '../pool/instance.ts';
import type { Pool } from '../pool/pool.ts';
import type { Settings } from '../pool/settings.ts';
import type { Plan, Step } from './plan.ts';
import { spread, type Zone } from './spread.ts';

/** How far a node has come, as far as this run knows. Absent: not yet looked at. */
export interface Progress {
  readonly stage: 'probed' | 'configured' | 'unhealthy' | 'failed';
  /** Ids that its HAProxy has as servers, and those of them that it finds healthy. */
  readonly members: readonly InstanceId[];
  readonly up: readonly InstanceId[];
}

export interface Seen {
  readonly pool: Pool;
  readonly groupId: string | undefined;
  readonly zones: readonly Zone[];
  /** The shared bucket of the settings is not there yet. */
  readonly lacksBucket: boolean;
  /** Launched by this run and not yet in EC2's answers: they count, for EC2 tells of them late. */
  readonly unseen: number;
  readonly progress: ReadonlyMap<InstanceId, Progress>;
  /** Did the last request through the pool's address succeed? */
  readonly served: boolean;
}

type Method = (seen: Seen, settings: Settings) => Plan;

const alive = (seen: Seen): readonly Node[] => seen.pool.nodes.filter(isAlive);
const running = (seen: Seen): readonly Node[] => seen.pool.nodes.filter((node) => node.state === 'running');
const stageOf = (seen: Seen, node: Node) => seen.progress.get(node.id)?.stage;

const makeGroup: Method = (seen) =>
  seen.groupId === undefined ? [{ do: 'make-group', because: 'the pool has no security group' }] : [];

const makeBucket: Method = ({ lacksBucket }, { shared_bucket: bucket }) =>
  lacksBucket && bucket !== undefined
    ? [{ do: 'make-bucket', bucket, because: 'nobody has a bucket of that name' }]
    : [];

const wantsAddress = (seen: Seen, settings: Settings): boolean =>
  settings.public_ip === 'auto' && seen.pool.address === undefined;

const makeAddress: Method = (seen, settings) =>
  wantsAddress(seen, settings) ? [{ do: 'make-address', because: 'the pool has no address' }] : [];

const resume: Method = (seen) =>
  seen.pool.address?.stopping ? [{ do: 'permit', because: 'an earlier stop forbade changes' }] : [];

/** Exactly as many as are missing: those that boot count, too. */
const launch: Method = (seen, settings) => {
  const missing = settings.minimum_instances - alive(seen).length - seen.unseen;
  // Nothing is launched for a pool that may not have its bucket.
  if (missing <= 0 || seen.groupId === undefined || seen.lacksBucket) return [];
  const because = `minimum_instances is ${settings.minimum_instances}, ${alive(seen).length} are there`;
  return spread(missing, seen.zones, alive(seen)).map((part) => ({ do: 'launch', ...part, because }));
};

/** The first that runs gets the address: nobody waits for the slowest. */
const giveAddress: Method = (seen) => {
  const address = seen.pool.address;
  const first = running(seen)[0];
  const held = alive(seen).some((node) => node.id === address?.holder);
  if (address === undefined || first === undefined || held) return [];
  return [{ do: 'give-address', node: first, because: `nobody has ${address.ip}` }];
};

/** Only nodes whose public address will not change under a connection: the master's does, when it gets the pool's. */
const steady = (seen: Seen, settings: Settings): readonly Node[] =>
  settings.public_ip === 'none' || alive(seen).some((node) => node.id === seen.pool.address?.holder)
    ? running(seen)
    : [];

const probe: Method = (seen, settings) =>
  steady(seen, settings)
    .filter((node) => stageOf(seen, node) === undefined)
    .map((node) => ({ do: 'probe', node, because: 'not yet looked at' }));

/** Those whose app has answered its own health check. */
const ready = (seen: Seen): readonly Node[] =>
  running(seen).filter((node) => stageOf(seen, node) === 'configured');

const beforeIn = (seen: Seen, node: Node): ReadonlySet<InstanceId> =>
  new Set(seen.progress.get(node.id)?.members);

const fell = (seen: Seen, node: Node): boolean => ['unhealthy', 'failed'].includes(stageOf(seen, node) ?? '');

/**
 * Who is in a node's HAProxy from its first configuration on. The master's serves visitors, so nobody comes in
 * whose app has not answered; whoever was in stays, and HAProxy's own checks decide whether it serves. The others'
 * serve nobody yet: they get everyone who is to come, and need no change for each that comes.
 */
const atFirst = (seen: Seen, node: Node): readonly Node[] => {
  const before = beforeIn(seen, node);
  return alive(seen).filter(
    (other) => before.has(other.id) || (node.role !== 'master' && !fell(seen, other)),
  );
};

/** Who is to be in a node's HAProxy now. */
const wanted = (seen: Seen, node: Node): readonly Node[] => {
  const before = beforeIn(seen, node);
  const now = new Set(ready(seen).map((other) => other.id));
  const stays = (other: Node) => before.has(other.id) && (node.role === 'master' || !fell(seen, other));
  return alive(seen).filter((other) => now.has(other.id) || stays(other));
};

const configure: Method = (seen, settings) =>
  steady(seen, settings)
    .filter((node) => stageOf(seen, node) === 'probed')
    .map((node) => ({
      do: 'configure',
      node,
      members: atFirst(seen, node),
      because: 'its files may differ from the settings',
    }));

const same = (a: readonly InstanceId[], b: readonly InstanceId[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id));

const ended = (seen: Seen, node: Node): boolean =>
  ['configured', 'unhealthy', 'failed'].includes(stageOf(seen, node) ?? '');

/** Visitors come to the master alone: the others need to know who is ready once, when all have come to their end. */
const isItsTurn = (seen: Seen, node: Node): boolean =>
  node.role === 'master' || (seen.unseen === 0 && alive(seen).every((other) => ended(seen, other)));

const rotateOne = (seen: Seen, node: Node, settings: Settings): readonly Step[] => {
  const progress = seen.progress.get(node.id);
  if (progress === undefined || progress.stage === 'probed' || progress.stage === 'failed') return [];
  if (!isItsTurn(seen, node)) return [];
  const members = wanted(seen, node);
  // Without an app of ours nobody says when a server will answer, so nobody waits for it; and only for visitors.
  const visited = settings.app !== undefined && node.role === 'master';
  const waiting = visited ? ready(seen).filter((member) => !progress.up.includes(member.id)) : [];
  if (
    same(
      members.map((member) => member.id),
      progress.members,
    ) &&
    waiting.length === 0
  )
    return [];
  return [{ do: 'rotate', node, members, because: `${members.length} nodes are ready` }];
};

const rotate: Method = (seen, settings) => running(seen).flatMap((node) => rotateOne(seen, node, settings));

/** In order of need; none waits for another's end, so each node goes its own way. */
const methods: readonly Method[] = [
  makeGroup,
  makeBucket,
  makeAddress,
  resume,
  launch,
  giveAddress,
  probe,
  configure,
  rotate,
];

export const start = (seen: Seen, settings: Settings): Plan =>
  methods.flatMap((method) => method(seen, settings));

/** Has every node come to an end, good or bad, and do requests through the pool's address succeed? */
export function isUp(seen: Seen, settings: Settings): boolean {
  const nodes = alive(seen);
  if (
    seen.unseen > 0 ||
    nodes.length < settings.minimum_instances ||
    !nodes.every((node) => ended(seen, node))
  )
    return false;
  const hopeless = settings.app === undefined || ready(seen).length === 0;
  return start(seen, settings).length === 0 && (seen.served || hopeless);
}
