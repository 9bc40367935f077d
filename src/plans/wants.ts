// What each node should be now, and what it lacks: the comparison that start, configure and maintain go by.
import { movesItsMaster } from '../fail-safety/mastership-files.ts';
import { type InstanceId, isAlive, type Node } from '../pool/instance.ts';
import { SSH_KEY_TAG } from '../pool/keys.ts';
import { addressed } from '../pool/members.ts';
import { type Configuration, configurationOf } from './configuration.ts';
import type { Kit } from './kit.ts';
import type { NodeFacts, Pair, PairedNode } from './node-files.ts';
import { type Difference, difference, UNTOUCHED } from './node-state.ts';
import { alive, once, running, type Seen, stateOf } from './seen.ts';

/** What a configuration is made of beside the kit, the node and its members; equal text, equal files. */
const poolKey = once(({ pool }) =>
  JSON.stringify([
    pool.address?.ip,
    pool.nodes
      .filter(isAlive)
      .map(({ id, name, privateIp, tags }) => [id, name, privateIp, tags[SSH_KEY_TAG]]),
  ]),
);

const factsKey = (seen: Seen, { node, members, pair }: NodeFacts): string =>
  `${node.id} ${poolKey(seen)} ${JSON.stringify([members, pair])}`;

/** In one look the members and the pair follow from their ids. */
const madeInLook = once(() => new Map<string, Configuration>());

/** Looks come several times a second and nearly always show the same: each configuration is made once. */
const made = new WeakMap<Kit, Map<string, Configuration>>();
const MOST_KEPT = 500;

function configurationFor(seen: Seen, facts: NodeFacts): Configuration {
  const { kit } = seen;
  const known = made.get(kit) ?? new Map<string, Configuration>();
  const key = factsKey(seen, facts);
  const configuration = known.get(key) ?? configurationOf(facts);
  if (known.size > MOST_KEPT) known.clear();
  made.set(kit, known.set(key, configuration));
  return configuration;
}

const paired = (seen: Seen, node: Node): readonly PairedNode[] => {
  const { host, device } = stateOf(seen, node) ?? UNTOUCHED;
  const { id, privateIp: ip } = node;
  return host === undefined || device === undefined || ip === undefined ? [] : [{ id, host, ip, device }];
};

/** Heartbeat's pair: the holder of the address and the node after it, once both have told their names. */
const pairOf = once((seen): Pair | undefined => {
  const [first, second] = running(seen);
  if (
    !movesItsMaster({ settings: seen.kit.settings, pool: seen.pool }) ||
    first === undefined ||
    second === undefined
  )
    return undefined;
  if (first.id !== seen.pool.address?.holder) return undefined;
  const [one, two] = [...paired(seen, first), ...paired(seen, second)];
  return one && two && [one, two];
});

const factsOf = (seen: Seen, node: Node, members: readonly Node[]): NodeFacts => ({
  ...seen.kit,
  pool: seen.pool,
  node,
  members: addressed(members, seen.kit.settings.client_port),
  pair: pairOf(seen),
});

/** What a node should be with these servers in its HAProxy. */
export function configurationIn(seen: Seen, node: Node, members: readonly Node[]): Configuration {
  const known = madeInLook(seen);
  const key = `${node.id} ${members.map(({ id }) => id).join(' ')}`;
  const configuration = known.get(key) ?? configurationFor(seen, factsOf(seen, node, members));
  known.set(key, configuration);
  return configuration;
}

/** The servers that a node's HAProxy has and that still live. */
export function membersNow(seen: Seen, node: Node): readonly Node[] {
  const has = new Set<InstanceId>(seen.progress.get(node.id)?.members);
  return alive(seen).filter((other) => has.has(other.id));
}

/** What a node lacks of its configuration with these servers. */
export const lacksIn = (seen: Seen, node: Node, members: readonly Node[]): Difference =>
  difference(configurationIn(seen, node, members), stateOf(seen, node) ?? UNTOUCHED);

const lacking = once(() => new Map<InstanceId, Difference>());

/** What a node lacks with the servers that it has. */
export function lacksNow(seen: Seen, node: Node): Difference {
  const known = lacking(seen);
  const lacks = known.get(node.id) ?? lacksIn(seen, node, membersNow(seen, node));
  known.set(node.id, lacks);
  return lacks;
}
