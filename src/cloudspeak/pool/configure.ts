// pool configure: brings every node's files and services to what the configuration says.
import { PoolError } from '../../pool/failure.ts';
import { changeRules, lookAtAccess, warnOfStrangers } from '../../world/access.ts';
import { configureChosen } from '../configuring.ts';
import type { Run } from '../word.ts';

export const run: Run = async (world) => {
  const pool = await world.cloud.look(world.settings.name);
  const nodes = pool.nodes.filter((node) => node.state === 'running');
  if (nodes.length === 0) throw new PoolError('Cloud is not running; pool start launches it');
  const { vpcId = '' } = (await world.cloud.subnets(world.settings.subnets))[0] ?? {};
  const access = await lookAtAccess(world, vpcId);
  warnOfStrangers(world, access);
  await changeRules(world, access, { ...access.changes, close: [] });
  const code = await configureChosen(world, pool, nodes);
  // Last: until then a node may still have its former configuration, and its visitors the former port.
  await changeRules(world, access, { ...access.changes, open: [] });
  return code;
};
