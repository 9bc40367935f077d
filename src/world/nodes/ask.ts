// A short look at a node that may be silent, for a list and for each tick of a maintainer.
import { OwnTrouble } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import { type Probe, parseProbe, probeScript } from '../../pool/probe.ts';
import type { World } from '../world.ts';

/** Nobody waits longer for a silent node, in ms. */
const LIMIT = 3_000;

/** Undefined where the node does not answer: missing is not zero. Throws OwnTrouble: then no node was asked at all. */
export async function ask({ clock, remote }: World, node: Node): Promise<Probe | undefined> {
  const until = clock.monotonic() + LIMIT;
  try {
    const reach = await remote.reach(node, LIMIT);
    const timeout = until - clock.monotonic();
    if (!reach.answers || timeout <= 0) return undefined;
    return parseProbe(await remote.ask(node, probeScript, timeout));
  } catch (error) {
    if (error instanceof OwnTrouble) throw error;
    return undefined;
  }
}
