// What a node has already: asked once, before anything on it is changed.
import { healthUrl } from '../../plans/configuration.ts';
import type { Kit } from '../../plans/kit.ts';
import { parseState, stateScript } from '../../plans/node-state.ts';
import type { Progress } from '../../plans/seen.ts';
import { findings } from '../../pool/haproxy-stat.ts';
import type { Node } from '../../pool/instance.ts';
import { parseProbe, probeScript } from '../../pool/probe.ts';
import type { World } from '../world.ts';

/** Its files, what runs, and the members that its HAProxy serves now; nothing on a machine that was never configured. */
export async function probe(world: World, kit: Kit, node: Node): Promise<Omit<Progress, 'stage'>> {
  const script = `${stateScript(kit.templates, healthUrl(kit.settings, node))}\n${probeScript}`;
  const { stdout } = await world.remote.run(node, script);
  const { servers } = parseProbe(stdout);
  return { ...findings(servers), state: parseState(stdout) };
}
