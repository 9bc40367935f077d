// The end of the pool's security group: waited for while its last instances go, not while a stranger uses it.
import { PoolError } from '../../pool/failure.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';
import type { Keeping } from './keeping.ts';

/** EC2 calls a group used for some seconds after its last instance has ended; in ms. */
const PAUSES = { limit: 2 * 60_000, first: 250, factor: 2, longest: 5_000 };

const isInUse = (error: unknown): boolean =>
  error instanceof PoolError && error.message.includes('DependencyViolation');

const told = (users: readonly string[]): string =>
  users.length > 1 ? `${users.join(', ')} use it and are` : `${users[0]} uses it and is`;

/** True when it is gone; false where it was kept, or on Ctrl-C. */
export async function removeGroup(world: World, groupId: string, keeping: Keeping): Promise<boolean> {
  const { cloud, settings } = world;
  const what = `security group ${groupId}`;
  let users: readonly string[] = [];
  const attempt = async (): Promise<boolean> => {
    try {
      await cloud.deleteGroup(groupId);
      return true;
    } catch (error) {
      if (!isInUse(error)) throw error;
      users = await cloud.usersOf(groupId, settings.name);
      return users.length > 0;
    }
  };
  let isOver = false;
  const ended = await keeping.unlessRefused(groupId, what, async () => {
    isOver = await until(world, PAUSES, attempt);
  });
  if (!ended || world.signal.aborted) return false;
  if (users.length > 0)
    keeping.keep(
      groupId,
      what,
      `${told(users)} not of this pool; take the group from ${users.length > 1 ? 'them' : 'it'}`,
    );
  else if (!isOver)
    keeping.keep(
      groupId,
      what,
      'something uses it that is no instance; look for it among the network interfaces',
    );
  return isOver && users.length === 0;
}
