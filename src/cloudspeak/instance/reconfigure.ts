// instance reconfigure: renders and applies the chosen nodes' files, and reloads what changed.
import { choose } from '../../pool/choose.ts';
import { configureChosen, kitToConfigure, tellDifferences } from '../configuring.ts';
import type { Run } from '../word.ts';

export const run: Run = async (world, request) => {
  const pool = await world.cloud.look(world.settings.name);
  const chosen = choose(pool.nodes, request.choice);
  if (request.dryRun) return await tellDifferences(world, pool, chosen);
  return await configureChosen(world, await kitToConfigure(world), pool, chosen);
};
