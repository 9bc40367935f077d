// What `pool stop` has to do next: forbid, terminate, wait, and only then remove what start made beside them.
import type { InstanceId, Node } from '../pool/instance.ts';
import type { Pool } from '../pool/pool.ts';
import type { Volume } from '../pool/volume.ts';
import type { Plan } from './plan.ts';

export interface StopSeen {
  readonly pool: Pool;
  readonly groupId: string | undefined;
  /** How many looks in a row have shown no instance that goes: EC2 may forget one for a moment. */
  readonly emptyLooks: number;
  /** Ids of what EC2 refuses to remove: the rest goes without it. */
  readonly kept: ReadonlySet<string>;
}

/** Instances that end, or are to. */
export const going = ({ pool, kept }: Pick<StopSeen, 'pool' | 'kept'>): readonly Node[] =>
  pool.nodes.filter(({ id }) => !kept.has(id));

const forbid = ({ pool }: StopSeen): Plan =>
  pool.address && !pool.address.stopping
    ? [{ do: 'forbid', because: 'nobody may launch or claim while the pool stops' }]
    : [];

const terminate = (seen: StopSeen): Plan => {
  const nodes = going(seen).filter((node) => node.state !== 'shutting-down');
  return nodes.length > 0 ? [{ do: 'terminate', nodes, because: 'the pool stops' }] : [];
};

/** An address of the user's own is kept; it loses only the tag that forbade changes. */
const removeAddress = ({ pool, kept }: StopSeen): Plan => {
  if (pool.address === undefined || kept.has(pool.address.allocationId)) return [];
  if (pool.address.ours) return [{ do: 'release-address', because: 'start made it' }];
  return pool.address.stopping ? [{ do: 'permit', because: "the address is the user's own and stays" }] : [];
};

const removeSpare = ({ pool, kept }: StopSeen): Plan =>
  (pool.spare ?? [])
    .filter(({ allocationId }) => !kept.has(allocationId))
    .map((address) => ({ do: 'release-spare', address, because: 'start made it' }));

/** EC2 removes no group that an instance is in. */
const removeGroup = ({ pool, groupId, kept }: StopSeen): Plan =>
  groupId === undefined || kept.has(groupId) || pool.nodes.length > 0
    ? []
    : [{ do: 'delete-group', because: 'start made it' }];

/** The next steps; an empty plan while instances end means: look again. */
export function stop(seen: StopSeen): Plan {
  if (going(seen).length > 0) return [...forbid(seen), ...terminate(seen)];
  return seen.emptyLooks < 2 ? [] : [...removeAddress(seen), ...removeSpare(seen), ...removeGroup(seen)];
}

/**
 * Volumes that stay when their instances are gone. stop deletes none: EC2 ends a volume with its instance unless somebody
 * said otherwise, and whoever did may want the data. One that EC2 still tells of as attached to an instance in `ended` is
 * told of late.
 */
export const left = (volumes: readonly Volume[], ended: ReadonlySet<InstanceId>): readonly Volume[] =>
  volumes.filter(({ goesAlong, holders }) => !goesAlong && holders.every((id) => ended.has(id)));

/** How it is named, why that matters, what to do. */
export const describeLeft = ({ id, size, zone }: Volume): string =>
  `volume ${id} (${size} GiB, ${zone}) is attached to nothing: it holds data and costs money until somebody deletes it (aws ec2 delete-volume --volume-id ${id})`;

export const isStopped = (seen: StopSeen): boolean =>
  going(seen).length === 0 && seen.emptyLooks >= 2 && stop(seen).length === 0;
