// What `pool plan` and `pool start --plan` share: the plan as it would be made now.
import { foresee } from '../plans/foreseen.ts';
import { type Preview, previewOf } from '../plans/preview.ts';
import type { Access } from '../world/access.ts';
import { lookAhead } from '../world/foresight.ts';
import type { Prepared } from '../world/preflight.ts';
import type { World } from '../world/world.ts';
import { version } from './version.ts';

/** Looks at EC2 and the nodes and changes nothing; who does not answer is told of on stderr. */
export async function planNow(world: World, prepared: Prepared, access: Access): Promise<Preview> {
  const { seen, decision, silent } = await lookAhead(world, prepared, access.changes);
  for (const { name, id } of silent)
    world.terminal.warn(`pool: ${name} (${id}) does not answer on ssh; what it has is not known`);
  return previewOf({
    ...foresee(seen, decision, world.settings),
    seen,
    image: prepared.image.id,
    group: access.groupId,
    rules: access.openings,
    version,
    at: world.clock.now(),
  });
}
