// pool restart: stop, then start, once the termination is visible.
import { poolOf } from '../../pool/pool.ts';
import { checkMinimum, preflight } from '../../world/preflight.ts';
import type { Run } from '../word.ts';
import { printFirstPlan, run as start } from './start.ts';
import { run as stop } from './stop.ts';

/** What would keep the start from working is found before anything is stopped. */
export const run: Run = async (world, request) => {
  const prepared = await preflight(world);
  checkMinimum(world, prepared, true);
  const code = await stop(world, request);
  if (code) return code;
  if (!request.dryRun) return await start(world, request);
  const pool = poolOf({ name: world.settings.name, instances: [], address: undefined });
  printFirstPlan(world, { ...prepared, pool, groupId: undefined });
  return 0;
};
