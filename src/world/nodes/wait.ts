// Waiting for a machine's sshd, with back-off and a limit.
import type { Node } from '../../pool/instance.ts';
import type { World } from '../world.ts';

/** How long a machine may take from its launch until sshd lets us in, in ms. */
export const SSH_LIMIT = 5 * 60_000;

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 2_000;

/** A machine that has had its time to boot is waited for this long, in ms. */
const OLD_LIMIT = 15_000;

/** In ms, from now on. */
const limitFor = (world: World, node: Node): number =>
  Math.max(OLD_LIMIT, SSH_LIMIT - (world.clock.now().getTime() - node.launchedAt.getTime()));

/** Resolves to undefined once sshd lets us in, or to what stood in the way when the limit passed. */
export async function awaitSsh(world: World, node: Node): Promise<string | undefined> {
  const limit = limitFor(world, node);
  const until = world.clock.monotonic() + limit;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    const reach = await world.remote.reach(node);
    if (reach.answers) return undefined;
    if (world.clock.monotonic() > until || world.signal.aborted)
      return `no answer on ssh within ${Math.round(limit / 1_000)} s: ${reach.why}`;
    await world.clock.sleep(pause, world.signal);
  }
}
