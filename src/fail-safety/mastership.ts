// Who may be master: the pool's address is the lock, and its association is what is compared and swapped.
import type { ClaimDecision, ClaimSight } from '../pool/claim.ts';
import type { InstanceId, InstanceState, Node } from '../pool/instance.ts';
import type { Address, Pool } from '../pool/pool.ts';
import { isAlive, silenceNeeded } from './life.ts';

/** Two claims of a free address are this far apart, ms: the lowest number comes first. */
const FREE_TURN_MS = 2_000;

/**
 * The same for a holder that is silent or has ended. It is longer, since nodes notice a silence up to one look of their watch
 * apart, and the standby, which notices last at the worst, is still to be the first.
 */
const SILENT_TURN_MS = 4_000;

/** A changing step starts at most this long after a look that showed our own association, ms. */
const LOOK_HOLDS_MS = 5_000;

/** A new master launches and terminates nothing for this long, ms. */
const NEW_MASTER_RESTS_MS = 10_000;

const leave = (because: string): ClaimDecision => ({ do: 'leave', because });

const take = (address: Address, because: string): ClaimDecision => ({
  do: 'claim',
  address,
  disassociate: address.associationId,
  because,
});

/** How many running nodes, the holder aside, come before this one. */
const before = (nodes: readonly Node[], me: Node, holder: InstanceId | undefined): number =>
  nodes.filter(({ id, state, index }) => state === 'running' && id !== holder && index < me.index).length;

/** `least`: the first in turn waits for so long, too, ms. */
function inTurn(
  seen: ClaimSight,
  me: Node,
  address: Address,
  { turn, least = 0, why }: { turn: number; least?: number; why: string },
): ClaimDecision {
  const others = before(seen.pool.nodes, me, address.holder);
  const ms = Math.max(least, others * turn) - seen.vacantFor;
  if (seen.byForce || ms <= 0) return take(address, why);
  const but = others * turn > least ? `${others} with a lower number may come first` : 'it may still answer';
  return { do: 'wait', ms, because: `${why}; ${but}` };
}

const GONE: ReadonlySet<InstanceState> = new Set(['stopping', 'stopped', 'shutting-down']);

/** EC2's own word that an instance has ended or is about to. One that EC2 does not tell of may be forgotten for a moment. */
const isGone = ({ nodes }: Pick<Pool, 'nodes'>, holder: InstanceId): boolean =>
  nodes.some(({ id, state }) => id === holder && GONE.has(state));

function fromHolder(seen: ClaimSight, me: Node, address: Address, holder: InstanceId): ClaimDecision {
  if (seen.before !== undefined && seen.before.associationId !== address.associationId)
    return leave(`${holder} took ${address.ip} meanwhile`);
  if (seen.byForce) return take(address, `${address.ip} is to move here from ${holder}`);
  if (isGone(seen.pool, holder))
    return inTurn(seen, me, address, {
      turn: SILENT_TURN_MS,
      why: `${holder} holds ${address.ip} and has ended`,
    });
  if (isAlive(seen.heard)) return leave(`${holder} holds ${address.ip} and answers there`);
  const why = `${holder} holds ${address.ip} and does not answer there`;
  return inTurn(seen, me, address, { turn: SILENT_TURN_MS, least: silenceNeeded(seen.heard), why });
}

/**
 * What a claimer does after a look: nobody claims from a holder that gives a sign of life, unless by force; a free
 * address goes to the lowest number first. To claim is to disassociate the association that was seen,
 * and to associate where there is none: of two contenders one gets an error.
 */
export function claim(seen: ClaimSight): ClaimDecision {
  const { address, nodes } = seen.pool;
  if (address === undefined) return leave('the pool has no address');
  if (address.stopping) return leave('the pool is being stopped');
  const me = nodes.find(({ id }) => id === seen.me);
  if (me?.state !== 'running') return leave(`${seen.me} is no running node of pool ${seen.pool.name}`);
  if (address.holder === seen.me) return { do: 'hold', because: `${address.ip} is here` };
  if (address.holder !== undefined) return fromHolder(seen, me, address, address.holder);
  if (address.associationId !== undefined) return leave(`${address.ip} is on something that is no instance`);
  return inTurn(seen, me, address, { turn: FREE_TURN_MS, why: `${address.ip} is free` });
}

/** May a changing step start now? `ownLook`: when a look last showed our own association; both monotonic ms. */
export const mayAct = (ownLook: number | undefined, now: number): boolean =>
  ownLook !== undefined && now - ownLook <= LOOK_HOLDS_MS;

/** May this master launch and terminate? `heldSince`: when it first saw that it is one; both monotonic ms. */
export const mayLaunch = (heldSince: number | undefined, now: number): boolean =>
  heldSince !== undefined && now - heldSince >= NEW_MASTER_RESTS_MS;
