// What a node has already: asked once, before anything on it is changed.
import { healthUrl } from '../../plans/configuration.ts';
import type { Kit } from '../../plans/kit.ts';
import { type NodeState, parseState, stateScript } from '../../plans/node-state.ts';
import type { Progress } from '../../plans/seen.ts';
import { PoolError } from '../../pool/failure.ts';
import { findings, SOCKET } from '../../pool/haproxy-stat.ts';
import type { Node } from '../../pool/instance.ts';
import { type Probe, parseProbe, probeScript, tellsServers } from '../../pool/probe.ts';
import type { World } from '../world.ts';
import { answerOf } from './answer.ts';

/** Every node has a load: one that does not tell it has not come to its end, and nothing follows from what it leaves out. */
function found(stdout: string): { readonly told: Probe; readonly state: NodeState } {
  const told = parseProbe(stdout);
  if (told.load === undefined) throw new Error('no load');
  return { told, state: parseState(stdout) };
}

/** A HAProxy that does not run is started with the node's configuration; one that runs unseen serves nobody knows whom. */
function checkSight(node: Node, { told, state }: ReturnType<typeof found>): void {
  if (tellsServers(told) || state.configHash === undefined || state.unfinished) return;
  throw new PoolError(
    `${node.name} (${node.id}): its HAProxy runs, but does not answer at ${SOCKET}, so nobody knows whom it serves; restart it there: systemctl restart haproxy`,
  );
}

/** Its files, what runs, and the members that its HAProxy serves now; nothing on a machine that was never configured. */
export async function probe(world: World, kit: Kit, node: Node): Promise<Omit<Progress, 'stage'>> {
  const script = `${stateScript(kit.templates, healthUrl(kit.settings, node))}\n${probeScript}`;
  const has = answerOf(node, 'looked at', await world.remote.run(node, script), found);
  checkSight(node, has);
  return { ...findings(has.told.servers), state: has.state };
}
