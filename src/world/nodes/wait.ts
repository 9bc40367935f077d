// Waiting for a machine's sshd, with back-off and a limit.
import type { Node } from '../../pool/instance.ts';
import { hostKeyOf } from '../../pool/keys.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

/** How long a machine may take from its launch until sshd lets us in, in ms. */
export const SSH_LIMIT = 5 * 60_000;

const PAUSES = { first: 50, factor: 1.5, longest: 2_000 };

/** A machine that has had its time to boot is waited for this long, in ms. */
const OLD_LIMIT = 15_000;

/** One that was spoken to just now, and may be booting again, so long. */
const REBOOT_LIMIT = 2 * 60_000;

/** What is known of a machine that is waited for. */
export interface Waited {
  /** A connection to it broke a moment ago. */
  readonly broke: boolean;
  /** This run itself has launched it: then no clock is asked for its age. */
  readonly isNew: boolean;
  /** It as it is known now: its address may change meanwhile. */
  latest(node: Node): Node;
}

/** In ms, from now on. Whoever has told its host key was up before. */
const limitFor = (world: World, node: Node, { broke, isNew }: Waited): number => {
  if (broke) return REBOOT_LIMIT;
  // By a wall clock that is fast it would have had its time already.
  if (isNew) return SSH_LIMIT;
  // A wall clock that is slow makes it younger than nothing.
  const age = Math.max(0, world.clock.now().getTime() - node.launchedAt.getTime());
  return Math.max(OLD_LIMIT, hostKeyOf(node) === undefined ? SSH_LIMIT - age : 0);
};

/** Resolves to undefined once sshd lets us in, or to what stood in the way when the limit passed. */
export async function awaitSsh(world: World, node: Node, waited: Waited): Promise<string | undefined> {
  const limit = limitFor(world, node, waited);
  let why = '';
  const answers = await until(world, { limit, ...PAUSES }, async () => {
    const reach = await world.remote.reach(waited.latest(node));
    if (!reach.answers) why = reach.why;
    return reach.answers;
  });
  return answers ? undefined : `no answer on ssh within ${Math.round(limit / 1_000)} s: ${why}`;
}
