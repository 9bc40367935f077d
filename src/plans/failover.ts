// May the master be moved to the standby now, and by which steps?
import { movesItsMaster } from '../fail-safety/mastership-files.ts';
import { PoolError, usageError } from '../pool/failure.ts';
import { type ServerSeen, upAmong } from '../pool/haproxy-stat.ts';
import type { Node } from '../pool/instance.ts';
import type { Address, Pool } from '../pool/pool.ts';
import type { Settings } from '../pool/settings.ts';
import type { Plan } from './plan.ts';

/** From whom to whom; the address as it was when that was decided. */
export interface Move {
  readonly from: Node;
  readonly to: Node;
  readonly address: Address;
}

/** What was found on the standby; `servers` are those of its own HAProxy. */
export type StandbySeen =
  | { readonly answers: false; readonly why: string }
  | { readonly answers: true; readonly servers: readonly ServerSeen[] };

const refuse = (why: string): never => {
  throw new PoolError(why);
};

function addressOf({ address }: Pool, { public_ip }: Settings): Address {
  if (public_ip === 'none')
    throw usageError('public_ip is none: without an address there is no master that could move');
  if (address === undefined) return refuse('the pool has no address; pool start makes it');
  return address.stopping ? refuse('the pool is being stopped; nobody may move its master') : address;
}

/** The holder of the address and the running node after it. Throws, in one line, where the master cannot move. */
export function whoMoves(pool: Pool, settings: Settings): Move {
  const [first, ...others] = pool.nodes;
  if (first === undefined) return refuse('Cloud is not running; pool start launches it');
  const address = addressOf(pool, settings);
  const from = address.holder === first.id ? first : undefined;
  if (from === undefined)
    return refuse(`no living node holds ${address.ip}; one claims it within seconds, or run pool start`);
  const to = others.find((node) => node.state === 'running');
  if (to === undefined)
    return refuse(`there is no standby: ${from.name} (${from.id}) is the only node that runs`);
  return { from, to, address };
}

/** Why visitors would not be served by this standby; undefined where they would. */
function unfit({ id, name }: Node, seen: StandbySeen): string | undefined {
  if (!seen.answers) return `does not answer on ssh: ${seen.why}`;
  if (seen.servers.length === 0) return 'its HAProxy has no server yet; run pool configure';
  const up = upAmong(seen.servers);
  if (up.length === 0) return 'its HAProxy finds no healthy server';
  if (up.includes(id)) return undefined;
  return `its own app is not healthy; see journalctl -u poolparty-app on ${name}`;
}

/** The steps in their order. Throws, in one line, where the standby could not serve. */
export function failover({ from, to, address }: Move, seen: StandbySeen, settings: Settings): Plan {
  const why = unfit(to, seen);
  if (why !== undefined) refuse(`${to.name} (${to.id}) cannot be the master now: ${why}`);
  const lock = { do: 'hold-lock', node: from, because: 'nobody else acts while the master moves' } as const;
  const move = { do: 'move-address', node: to, because: `${from.name} has ${address.ip}` } as const;
  const go = { do: 'start-maintain', node: to, because: 'who holds the address maintains' } as const;
  const pool = { name: settings.name, address, nodes: [] };
  return movesItsMaster({ settings, pool }) ? [lock, move, go] : [lock, move];
}
