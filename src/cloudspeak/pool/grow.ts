// pool grow: more nodes now, up to the maximum; the rules may take them away again after their rest.
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
  const count = Math.min(asked, room);
  if (count <= 0)
    throw new PoolError(
      `maximum_instances is ${settings.maximum_instances}, and ${has} are there; raise it to grow`,
    );
  const limit = count < asked ? `; maximum_instances is ${settings.maximum_instances}` : '';
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
