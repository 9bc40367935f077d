// A short look at a node that may be silent, for a list and for each tick of a maintainer.
import type { Node } from '../../pool/instance.ts';
import { type Probe, parseProbe, probeScript } from '../../pool/probe.ts';
import type { World } from '../world.ts';

/** Nobody waits longer for a silent node, in ms. */
const LIMIT = 3_000;

/** Undefined where the node does not answer: missing is not zero. */
export async function ask(world: World, node: Node): Promise<Probe | undefined> {
  try {
    const reach = await world.remote.reach(node, LIMIT);
    if (!reach.answers) return undefined;
    const { stdout } = await world.remote.run(node, probeScript, { timeout: LIMIT });
    return parseProbe(stdout);
  } catch {
    return undefined;
  }
}
