// What a node has already: asked once, before anything on it is changed.

import type { Progress } from '../../plans/start.ts';
import type { Node } from '../../pool/instance.ts';
import { parseProbe, probeScript, upAmong } from '../../pool/probe.ts';
import type { World } from '../world.ts';

/** The members that its HAProxy serves now; none on a machine that was never configured. */
export async function probe(world: World, node: Node): Promise<Pick<Progress, 'members' | 'up'>> {
  const { stdout } = await world.remote.run(node, probeScript);
  const { servers } = parseProbe(stdout);
  return {
    members: servers.map((server) => server.id),
    up: upAmong(servers),
  };
}
