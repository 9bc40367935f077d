// pool plan: what start or the next tick would do, what that would change and cost; nothing is changed.
import { resolve } from 'node:path';
import { lookAtAccess, warnOfStrangers } from '../../world/access.ts';
import { checkMinimum, preflight, untouched } from '../../world/preflight.ts';
import { planLines } from '../plan-lines.ts';
import { planNow } from '../planning.ts';
import type { Run } from '../word.ts';

export const run: Run = async (world, request) => {
  const { terminal, disk } = world;
  const prepared = await preflight(world, undefined, 'named');
  checkMinimum(world, prepared);
  const access = await untouched(lookAtAccess(world, prepared.vpcId));
  warnOfStrangers(world, access);
  const preview = await planNow(world, prepared, access);
  const text = JSON.stringify(preview, null, 2);
  const file = request.values['save'];
  if (file !== undefined) await disk?.writeText(resolve(disk.cwd, file), `${text}\n`);
  if (request.json) terminal.print(text);
  else for (const line of planLines(preview, preview.by === 'start' ? file : undefined)) terminal.print(line);
  return 0;
};
