// pool grow: more nodes now, up to the maximum; the rules may take them away again after their rest.
import { budgetFor } from '../../plans/budget.ts';
import { affordable, whyNot } from '../../pool/afford.ts';
import { PoolError } from '../../pool/failure.ts';
import { isAlive } from '../../pool/instance.ts';
import { countIn, poolThere, resize, stayingIn } from '../resizing.ts';
import type { Run } from '../word.ts';

export const run: Run = async (world, request) => {
  const { terminal, settings } = world;
  const asked = countIn(request.rest, 'grow');
  const pool = await poolThere(world);
  const has = stayingIn(pool).length;
  const room = settings.maximum_instances - pool.nodes.filter(isAlive).length;
  const budget = budgetFor(settings, await world.cloud.environment(), pool.nodes);
  const count = Math.min(asked, room, affordable(budget));
  if (room > 0 && count <= 0)
    throw new PoolError(`${whyNot(budget)}; raise it, or set a smaller size, to grow`);
  if (count <= 0)
    throw new PoolError(
      `maximum_instances is ${settings.maximum_instances}, and ${has} are there; raise it to grow`,
    );
  const reached =
    count < room ? `max_hourly_usd is ${budget.limit}` : `maximum_instances is ${settings.maximum_instances}`;
  const limit = count < asked ? `; ${reached}` : '';
  if (request.dryRun) {
    terminal.print(`launch ${count}: pool grow${limit}`);
    return 0;
  }
  const target = has + count;
  const code = await resize(world, {
    who: 'pool grow',
    minimum: target,
    maximum: settings.maximum_instances,
    leaving: [],
  });
  if (code !== 0) return code;
  const now = stayingIn(await poolThere(world)).length;
  if (now < target)
    throw new PoolError(`the pool has ${now} nodes, not ${target}; pool resume, if launching is stopped`);
  terminal.say(`${has} nodes before, ${now} now${limit}`);
  return 0;
};
