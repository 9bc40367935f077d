// What `pool stop` has to do next: forbid, terminate, wait, and only then remove what start made beside them.
import type { Pool } from '../pool/pool.ts';
import type { Plan } from './plan.ts';

export interface StopSeen {
  readonly pool: Pool;
  readonly groupId: string | undefined;
  /** How many looks in a row have shown no instance: EC2 may forget one for a moment. */
  readonly emptyLooks: number;
}

const forbid = ({ pool }: StopSeen): Plan =>
  pool.address && !pool.address.stopping
    ? [{ do: 'forbid', because: 'nobody may launch or claim while the pool stops' }]
    : [];

const terminate = ({ pool }: StopSeen): Plan => {
  const nodes = pool.nodes.filter((node) => node.state !== 'shutting-down');
  return nodes.length > 0 ? [{ do: 'terminate', nodes, because: 'the pool stops' }] : [];
};

/** An address of the user's own is kept; it loses only the tag that forbade changes. */
const removeAddress = ({ pool }: StopSeen): Plan => {
  if (pool.address === undefined) return [];
  if (pool.address.ours) return [{ do: 'release-address', because: 'start made it' }];
  return pool.address.stopping ? [{ do: 'permit', because: "the address is the user's own and stays" }] : [];
};

const removeGroup = ({ groupId }: StopSeen): Plan =>
  groupId === undefined ? [] : [{ do: 'delete-group', because: 'start made it' }];

/** The next steps; an empty plan while instances end means: look again. */
export function stop(seen: StopSeen): Plan {
  if (seen.pool.nodes.length > 0) return [...forbid(seen), ...terminate(seen)];
  return seen.emptyLooks < 2 ? [] : [...removeAddress(seen), ...removeGroup(seen)];
}

export const isStopped = (seen: StopSeen): boolean =>
  seen.pool.nodes.length === 0 && seen.emptyLooks >= 2 && stop(seen).length === 0;
