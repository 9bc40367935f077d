// Another's launch is told of bit by bit: until all of it can be seen nobody knows how many are missing.
import type { Seen } from '../../plans/seen.ts';
import type { Memory } from '../nodes/memory.ts';
import type { World } from '../world.ts';

/** EC2 tells of all instances of a launch within this time after the first of them, as a rule; in ms. */
const TOLD_WITHIN = 3_000;

/**
 * True where machines boot that this run has not launched, and that it did not know before: whoever launched them may
 * have been killed, and more of them may be about to show. It has waited for those then, and is to look again. (Where
 * none shows yet the launch token is the same, and so are the instances.)
 */
export async function awaitedOthers(world: World, memory: Memory, seen: Seen): Promise<boolean> {
  const others = seen.pool.nodes.filter(({ id, state }) => state === 'pending' && !memory.mine.has(id));
  const isNew = others.some(({ id }) => !memory.settled.has(id));
  if (!isNew) return false;
  await world.clock.sleep(TOLD_WITHIN, world.signal);
  for (const { id } of others) memory.settled.add(id);
  return true;
}
