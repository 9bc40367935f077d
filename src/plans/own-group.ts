// Which of the groups that have our name is ours; any other of that name stands in the way, and is said to.
import { usageError } from '../pool/failure.ts';
import { groupName, POOL_TAG } from '../pool/pool.ts';
import type { FoundRule } from './group-rules.ts';

/** A security group as EC2 shows it. */
export interface FoundGroup {
  readonly id: string;
  readonly vpcId: string;
  /** Value of the tag poolparty:pool. */
  readonly pool: string | undefined;
  readonly rules: readonly FoundRule[];
}

/** The group that carries the pool's tag, in whatever network. */
export const ownedBy = (groups: readonly FoundGroup[], pool: string): FoundGroup | undefined =>
  groups.find((group) => group.pool === pool);

/**
 * The pool's group among those of its name, in the network that it launches into; undefined where there is none yet.
 * Throws with code 2 where another has the name.
 */
export function ownGroup(groups: readonly FoundGroup[], pool: string, vpcId: string): FoundGroup | undefined {
  const name = groupName(pool);
  for (const group of groups) {
    if (group.pool !== pool)
      throw usageError(
        `the security group ${name} (${group.id} in ${group.vpcId}) is not this pool's: it has no tag ${POOL_TAG}=${pool}; delete it, or give the pool another name`,
      );
    if (group.vpcId !== vpcId)
      throw usageError(
        `the security group ${name} (${group.id}) is in ${group.vpcId}, and the subnets are in ${vpcId}; set subnets to some of ${group.vpcId}, or end the pool there first (pool stop)`,
      );
  }
  return groups[0];
}
