// instance terminate: the chosen nodes leave the rotation, drain and end; what is then missing is launched.
import { choose } from '../../pool/choose.ts';
import { PoolError } from '../../pool/failure.ts';
import { poolThere, resize, stayingIn } from '../resizing.ts';
import type { Run } from '../word.ts';

export const run: Run = async (world, request) => {
  const { settings, terminal } = world;
  const pool = await poolThere(world);
  const chosen = choose(pool.nodes, request.choice);
  const master = chosen.find(({ role }) => role === 'master');
  if (master && stayingIn(pool).length > 1)
    throw new PoolError(
      `${master.name} (${master.id}) is the master; pool failover moves it to the standby, then it can be terminated`,
    );
  if (master)
    throw new PoolError(`${master.name} (${master.id}) is the only node; pool grow first, or pool stop`);
  if (request.dryRun) {
    for (const node of chosen) terminal.print(`leave ${node.name}: instance terminate`);
    return 0;
  }
  return await resize(world, {
    who: 'instance terminate',
    minimum: settings.minimum_instances,
    maximum: settings.maximum_instances,
    leaving: chosen,
  });
};
