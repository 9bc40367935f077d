// pool configure: brings every node's files and services to what the configuration says.
import { PoolError } from '../../pool/failure.ts';
import { configureChosen } from '../configuring.ts';
import type { Run } from '../word.ts';

export const run: Run = async (world) => {
  const pool = await world.cloud.look(world.settings.name);
  const nodes = pool.nodes.filter((node) => node.state === 'running');
  if (nodes.length === 0) throw new PoolError('Cloud is not running; pool start launches it');
  return await configureChosen(world, pool, nodes);
};
