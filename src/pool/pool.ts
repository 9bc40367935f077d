// The pool as one look at EC2 shows it: its machines and its address.
import type { Instance, InstanceId, Node } from './instance.ts';
import { number } from './numbering.ts';

/** The pool's Elastic IP. `holder` is absent while no instance has it. */
export interface Address {
  readonly ip: string;
  readonly allocationId: string;
  readonly associationId: string | undefined;
  readonly holder: InstanceId | undefined;
  /** Made by `start` and so released by `stop`. */
  readonly ours: boolean;
  /** `stop` is under way: nobody claims or launches. */
  readonly stopping: boolean;
}

export interface Pool {
  readonly name: string;
  readonly address: Address | undefined;
  /** Made by `start`, too, and of no use: one was killed before it knew that it had an address. Absent: none. */
  readonly spare?: readonly Address[];
  /** In node order. */
  readonly nodes: readonly Node[];
}

/** Tag on everything that a pool makes; its value is the pool's name. */
export const POOL_TAG = 'poolparty:pool';
export const STOPPING_TAG = 'poolparty:stopping';

/** The name of the pool's security group. */
export const groupName = (pool: string): string => `poolparty-${pool}`;

export interface Sighting {
  readonly name: string;
  readonly instances: readonly Instance[];
  readonly address: Address | undefined;
  readonly spare?: readonly Address[];
}

/** Of several addresses the one that somebody holds, else the first by its id: the same for whoever looks. */
export function addressAmong(all: readonly Address[]): Pick<Sighting, 'address' | 'spare'> {
  const rank = ({ holder }: Address) => (holder === undefined ? 1 : 0);
  const [address, ...spare] = [...all].sort(
    (a, b) => rank(a) - rank(b) || (a.allocationId < b.allocationId ? -1 : 1),
  );
  return { address, ...(spare.length > 0 ? { spare } : {}) };
}

/**
 * EC2 tells of instances and of addresses one after the other, and of either late: who holds the address is reached
 * there, and nobody else is.
 */
function reachedAt(instance: Instance, address: Address | undefined): Instance {
  if (address === undefined || instance.state !== 'running') return instance;
  const isHolder = address.holder === instance.id;
  if (isHolder === (instance.publicIp === address.ip)) return instance;
  return { ...instance, publicIp: isHolder ? address.ip : undefined, publicDns: undefined };
}

/** A pool from what was seen of it, in whatever order EC2 answered. */
export const poolOf = (seen: Sighting): Pool => ({
  name: seen.name,
  address: seen.address,
  ...(seen.spare ? { spare: seen.spare } : {}),
  nodes: number(
    seen.instances.map((instance) => reachedAt(instance, seen.address)),
    seen.address?.holder,
  ),
});
