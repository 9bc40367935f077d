// A master whose own app is dead: its role goes to a node that serves, and then it is an ill node like any other.
import { movesItsMaster } from '../fail-safety/mastership-files.ts';
import { heir, illMaster } from '../fail-safety/silence.ts';
import type { Sight } from '../pool/sight.ts';
import type { Plan } from './plan.ts';
import type { Seen } from './seen.ts';

/** For `Remote.run`: that node claims the address itself, from a holder that answers, and maintains from then on. */
export const takeOverScript = 'systemctl --no-block start poolparty-take-over.service';

/** Empty where the master is well, where nobody could follow it, or where its role cannot move. */
export function handOver(sight: Sight, { pool, kit }: Seen): Plan {
  const master = illMaster(sight);
  if (master === undefined || !sight.mayResize || pool.address?.holder !== master.id) return [];
  if (!movesItsMaster({ settings: kit.settings, pool })) return [];
  const next = heir(sight);
  const node = pool.nodes.find(({ id }) => id === next?.id);
  const because = `the app of ${master.name} does not come back, and the others serve`;
  return node ? [{ do: 'hand-over', node, because }] : [];
}
