// pool shrink: fewer nodes now, each drained before it ends, down to the minimum.
import { PoolError } from '../../pool/failure.ts';
import { countIn, poolThere, resize, stayingIn } from '../resizing.ts';
import type { Run } from '../word.ts';

export const run: Run = async (world, request) => {
  const { terminal, settings } = world;
  const asked = countIn(request.rest, 'shrink');
  const has = stayingIn(await poolThere(world)).length;
  const count = Math.min(asked, has - settings.minimum_instances);
  if (count <= 0)
    throw new PoolError(
      `minimum_instances is ${settings.minimum_instances}, and ${has} are there; lower it to shrink`,
    );
  const limit = count < asked ? `; minimum_instances is ${settings.minimum_instances}` : '';
  if (request.dryRun) {
    terminal.print(`leave ${count}: pool shrink${limit}`);
    return 0;
  }
  const code = await resize(world, {
    who: 'pool shrink',
    minimum: settings.minimum_instances,
    maximum: has - count,
    leaving: [],
  });
  if (code !== 0) return code;
  terminal.say(`${has} nodes before, ${stayingIn(await poolThere(world)).length} now${limit}`);
  return 0;
};
