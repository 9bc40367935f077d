// The steps that move the pool's address: given to a node where none has it, or left to one that serves.
import { takeOverScript } from '../../plans/hand-over.ts';
import type { Step } from '../../plans/plan.ts';
import type { Seen } from '../../plans/seen.ts';
import { PoolError } from '../../pool/failure.ts';
import type { World } from '../world.ts';

/** A node that does not hear it within this time, in ms, is asked again later. */
const LIMIT = 5_000;

/** Throws PoolError where EC2 or the node does not do it. */
export async function moveAddress({ cloud, remote }: World, step: Step, seen: Seen): Promise<void> {
  const { address } = seen.pool;
  if (step.do === 'give-address' && address) await cloud.associate(address, step.node.id);
  if (step.do !== 'hand-over') return;
  const { name, id } = step.node;
  const { code, stderr } = await remote.run(step.node, takeOverScript, { timeout: LIMIT });
  if (code !== 0)
    throw new PoolError(`${name} (${id}) does not take the address: ${stderr.trim() || `code ${code}`}`);
}
