// What follows from what the nodes have said: the pool's secret, and who needs no step.
import { isComplete } from '../../plans/bring.ts';
import { running, type Seen } from '../../plans/seen.ts';
import type { Node } from '../../pool/instance.ts';
import type { Pool } from '../../pool/pool.ts';
import type { World } from '../world.ts';
import type { Memory } from './memory.ts';

/** Nodes that are what they should be already are noted as such; returns what is seen with that. `now`: monotonic ms. */
export function noteComplete(memory: Memory, seen: Seen, now: number): Seen {
  const all = { ...seen, progress: memory.progress };
  for (const node of running(seen).filter((one) => isComplete(all, one))) {
    const known = memory.progress.get(node.id);
    if (known) memory.progress.set(node.id, { ...known, stage: 'configured' });
  }
  const { servers, progress } = memory;
  return { ...seen, servers, fresh: memory.fresh(now), progress: new Map(progress) };
}

/** A node's own, where one has it; made anew when all that could know it have been asked. */
export function settleSecret(world: World, memory: Memory, pool: Pool): void {
  const { kit, progress, mine } = memory;
  if (kit.secret !== undefined) return;
  const known = [...progress.values()].map(({ state }) => state.secret).find((one) => one !== undefined);
  const isAsked = (node: Node) => node.state !== 'running' || mine.has(node.id) || progress.has(node.id);
  if (known === undefined && !pool.nodes.every(isAsked)) return;
  memory.kit = { ...kit, secret: known ?? world.files.secret() };
}
