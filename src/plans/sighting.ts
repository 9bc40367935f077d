// From a look at EC2 and what the nodes told to what the decider of the pool's size sees.

import { isUp } from '../pool/haproxy-stat.ts';
import { type InstanceId, isAlive, LEAVING_TAG, type Node, PROTECTED_TAG } from '../pool/instance.ts';
import { hostKeyOf } from '../pool/keys.ts';
import type { Notice } from '../pool/notice.ts';
import { hourlyUsd } from '../pool/prices.ts';
import type { Probe } from '../pool/probe.ts';
import type { NodeSight, Sight } from '../pool/sight.ts';
import type { NodeVitals, Vitals } from '../pool/vitals.ts';
import { eachIn, pricesIn } from './budget.ts';
import { masterOf, type Seen, stageOf } from './seen.ts';

/** What a maintainer keeps of each node from look to look; moments in ms on its clock. */
export interface Known {
  readonly servesSince: ReadonlyMap<InstanceId, number>;
  readonly outSince: ReadonlyMap<InstanceId, number>;
  readonly served: ReadonlySet<InstanceId>;
}

export const NOTHING_KNOWN: Known = { servesSince: new Map(), outSince: new Map(), served: new Set() };

/** What this maintainer has done or met itself and EC2 does not show, or not yet. */
export interface Ours {
  /** How often a node could not be brought to its configuration. */
  readonly falls: ReadonlyMap<InstanceId, number>;
  readonly leaving: ReadonlyMap<InstanceId, string>;
  readonly ending: ReadonlySet<InstanceId>;
  readonly isProtected: boolean;
}

/** Whoever is older than this, and has told its keys, has served before, as far as anybody knows; ms. */
const GROWN_UP = 15 * 60_000;

const upNow = (seen: Seen): ReadonlySet<InstanceId> => {
  const master = masterOf(seen);
  return new Set(master && seen.progress.get(master.id)?.up);
};

/** The moment for each of these nodes: the one known before, else the one given for it. */
const since = (
  nodes: readonly Node[],
  before: ReadonlyMap<InstanceId, number>,
  fresh: (node: Node) => number,
): ReadonlyMap<InstanceId, number> =>
  new Map(nodes.map((node) => [node.id, before.get(node.id) ?? fresh(node)]));

/**
 * What is known after this look. A node that serves at a maintainer's first look and was launched long ago has warmed
 * up long ago. `now` is ms since 1970, as EC2's launch times are.
 */
export function knownAfter(seen: Seen, at: number, now: number, warmUp: number, before: Known): Known {
  const master = masterOf(seen);
  // Before the master's HAProxy was looked at, nobody knows who serves, and so who does not.
  if (master === undefined || !seen.progress.has(master.id)) return before;
  const up = upNow(seen);
  const age = (node: Node) => now - node.launchedAt.getTime();
  // A wall clock may be wrong by hours: who was never configured is no more than a newcomer, whatever its age.
  const isGrownUp = (node: Node) => age(node) > GROWN_UP && hostKeyOf(node) !== undefined;
  const nodes = seen.pool.nodes.filter(isAlive);
  const serving = nodes.filter(({ id }) => up.has(id));
  const served = nodes.filter((node) => up.has(node.id) || before.served.has(node.id) || isGrownUp(node));
  const began = (node: Node) => (!before.served.has(node.id) && age(node) > 2 * warmUp ? at - warmUp : at);
  const out = served.filter(({ id }) => !up.has(id));
  return {
    servesSince: since(serving, before.servesSince, began),
    outSince: since(out, before.outSince, () => at),
    served: new Set(served.map(({ id }) => id)),
  };
}

const standingOf = (
  seen: Seen,
  node: Node,
  up: ReadonlySet<InstanceId>,
  known: Known,
): NodeSight['standing'] => {
  if (up.has(node.id)) return 'serving';
  const stage = stageOf(seen, node);
  if (stage === 'failed') return 'failed';
  return stage === 'unhealthy' || known.served.has(node.id) ? 'ill' : 'booting';
};

interface Sighting {
  readonly seen: Seen;
  readonly at: number;
  /** The node that maintains: its own word is that of the first witness. */
  readonly me: InstanceId | undefined;
  readonly vitals: Vitals;
  /** Those that EC2's own checks do not reach. */
  readonly impaired: ReadonlySet<InstanceId>;
  /** How old figures may be, in ms. */
  readonly freshFor: number;
  readonly known: Known;
  readonly ours: Ours;
  readonly mayResize: boolean;
  readonly hasWork: boolean;
}

/** Before the master's HAProxy was looked at, nobody knows who is no longer in it. */
const isServer = (seen: Seen, node: Node): boolean => {
  const master = masterOf(seen);
  const members = master && seen.progress.get(master.id)?.members;
  return members === undefined ? node.state === 'running' : members.includes(node.id);
};

const fresh = (vital: NodeVitals | undefined, { at, freshFor }: Sighting): Probe | undefined =>
  vital !== undefined && at - vital.at <= freshFor ? vital.probe : undefined;

/** A HAProxy finds a server down for a second when it has just been given it: its word counts after this time, ms. */
const WORD_COUNTS_AFTER = 2_000;

/** Whom a witness finds down, at answers so far apart that it cannot be for having just been given it. */
const missedBy = ({ at, downSince }: NodeVitals): readonly InstanceId[] =>
  [...downSince].filter(([, since]) => at - since >= WORD_COUNTS_AFTER).map(([id]) => id);

/** Those that another node, which answers, finds down, and none that has them as a server finds up; or EC2 does. */
function missedIn({ me, vitals, impaired }: Sighting): ReadonlySet<InstanceId> {
  const witnesses = [...vitals].filter(([id, { misses }]) => id !== me && misses === 0);
  const missed = new Set(witnesses.flatMap(([id, one]) => missedBy(one).filter((other) => other !== id)));
  const seen = witnesses.flatMap(([id, { probe }]) => probe?.servers.filter((one) => one.id !== id) ?? []);
  for (const one of seen) if (isUp(one)) missed.delete(one.id);
  for (const id of impaired) missed.add(id);
  return missed;
}

/** `terminate at 2026-01-01T12:00:00.000Z`. */
const tellNotice = ({ action, at }: Notice): string => (at === undefined ? action : `${action} at ${at}`);

const noticeOf = (probe: Probe | undefined): string | undefined =>
  probe?.notice === undefined || probe.notice === 'none' ? undefined : tellNotice(probe.notice);

/** Whoever may tag can say why a node leaves, on one line of a person's terminal and no more. */
const saidIn = (tag: string | undefined): string | undefined => tag?.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');

function nodeSight(
  node: Node,
  up: ReadonlySet<InstanceId>,
  missed: ReadonlySet<InstanceId>,
  sighting: Sighting,
): NodeSight {
  const { seen, vitals, known, ours } = sighting;
  const vital = vitals.get(node.id);
  const probe = fresh(vital, sighting);
  return {
    id: node.id,
    name: node.name,
    isMaster: node.role === 'master',
    state: ours.ending.has(node.id) ? 'shutting-down' : node.state,
    launchedAt: node.launchedAt.getTime(),
    zone: node.zone,
    standing: standingOf(seen, node, up, known),
    servesSince: known.servesSince.get(node.id),
    outSince: known.outSince.get(node.id),
    served: known.served.has(node.id),
    falls: ours.falls.get(node.id) ?? 0,
    misses: vital?.misses ?? 0,
    isMissed: missed.has(node.id),
    isImpaired: sighting.impaired.has(node.id),
    figures: probe && { load: probe.load, cpus: probe.cpus, memory: probe.memory },
    leaving: saidIn(node.tags[LEAVING_TAG]) ?? ours.leaving.get(node.id),
    isServer: isServer(seen, node),
    notice: noticeOf(probe),
    usd: hourlyUsd(node.type, pricesIn(seen)),
  };
}

/** The sight of one look. */
export function sightOf(sighting: Sighting): Sight {
  const { seen, at, vitals, ours, mayResize, hasWork } = sighting;
  const master = masterOf(seen);
  const atMaster = master && vitals.get(master.id);
  const [up, missed] = [upNow(seen), missedIn(sighting)];
  return {
    at,
    nodes: seen.pool.nodes.map((node) => nodeSight(node, up, missed, sighting)),
    unseen: seen.unseen,
    queue: fresh(atMaster, sighting)?.queue,
    web: fresh(atMaster, sighting) && atMaster?.web,
    mayResize,
    hasWork,
    eachUsd: eachIn(seen),
    isProtected: ours.isProtected || seen.pool.nodes.some(({ tags }) => tags[PROTECTED_TAG] !== undefined),
  };
}
