// What the nodes themselves know, for `pool list`: their load, and who is in the master's rotation.

import { upAmong } from '../pool/haproxy-stat.ts';
import type { InstanceId } from '../pool/instance.ts';
import type { Sights, Told } from '../pool/listing.ts';
import type { Pool } from '../pool/pool.ts';
import { ask } from './nodes/ask.ts';
import type { World } from './world.ts';

/** Asks every running node at once. */
export async function sights(world: World, pool: Pool): Promise<Sights> {
  const nodes = pool.nodes.filter((node) => node.state === 'running');
  const probes = await Promise.all(nodes.map(async (node) => [node, await ask(world, node)] as const));
  const vitals = new Map<InstanceId, Told>();
  let up: readonly InstanceId[] | undefined;
  for (const [node, probe] of probes) {
    if (probe === undefined) continue;
    vitals.set(node.id, { load: probe.load, configHash: probe.configHash });
    if (node.role === 'master' && probe.servers.length > 0) up = upAmong(probe.servers);
  }
  return { vitals, up };
}
