// pool configure: brings every node's files and services to what the configuration says.
import { describeRule } from '../../plans/group-rules.ts';
import { PoolError } from '../../pool/failure.ts';
import { type Access, changeRules, lookAtAccess, warnOfStrangers } from '../../world/access.ts';
import type { World } from '../../world/world.ts';
import { configureChosen, kitToConfigure, tellDifferences } from '../configuring.ts';
import type { Run } from '../word.ts';

/** --dry-run. */
function tellRules({ terminal }: World, { changes }: Access): void {
  for (const rule of changes.open)
    terminal.print(`open-group ${describeRule(rule)}: the security group lacks it`);
  for (const rule of changes.close)
    terminal.print(`close-group ${describeRule(rule)}: the settings no longer ask for it`);
}

export const run: Run = async (world, request) => {
  const pool = await world.cloud.look(world.settings.name);
  const nodes = pool.nodes.filter((node) => node.state === 'running');
  if (nodes.length === 0) throw new PoolError('Cloud is not running; pool start launches it');
  const { vpcId = '' } = (await world.cloud.subnets(world.settings.subnets))[0] ?? {};
  const access = await lookAtAccess(world, vpcId);
  warnOfStrangers(world, access);
  if (request.dryRun) {
    tellRules(world, access);
    return await tellDifferences(world, pool, nodes);
  }
  const kit = await kitToConfigure(world);
  await changeRules(world, access, { ...access.changes, close: [] });
  const code = await configureChosen(world, kit, pool, nodes);
  // Last: until then a node may still have its former configuration, and its visitors the former port.
  await changeRules(world, access, { ...access.changes, open: [] });
  return code;
};
