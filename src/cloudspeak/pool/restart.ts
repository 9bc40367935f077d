// pool restart: stop, then start, once the termination is visible.
import { NO_CHANGES } from '../../plans/group-rules.ts';
import { poolOf } from '../../pool/pool.ts';
import { lookAtAccess } from '../../world/access.ts';
import { checkMinimum, preflight, untouched } from '../../world/preflight.ts';
import type { Run } from '../word.ts';
import { printFirstPlan, run as start } from './start.ts';
import { run as stop } from './stop.ts';

/** What would keep the start from working is found before anything is stopped. */
export const run: Run = async (world, request) => {
  const prepared = await preflight(world, undefined, 'named');
  checkMinimum(world, prepared, true);
  const access = await untouched(lookAtAccess(world, prepared.vpcId));
  const code = await stop(world, request);
  if (code) return code;
  if (!request.dryRun) return await start(world, request);
  const pool = poolOf({ name: world.settings.name, instances: [], address: undefined });
  printFirstPlan(world, { ...prepared, pool }, { ...access, groupId: undefined, changes: NO_CHANGES });
  return 0;
};
