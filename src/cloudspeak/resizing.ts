// What grow, shrink and terminate share: the maintainer's own loop, held between two sizes, once.

import { heldBetween } from '../auto-scaling/policy.ts';
import type { Noted } from '../plans/journal.ts';
import { PoolError, usageError } from '../pool/failure.ts';
import { isStaying, LEAVING_TAG, type Node } from '../pool/instance.ts';
import type { Pool } from '../pool/pool.ts';
import { openJournal } from '../world/journal/open.ts';
import { MaintainRun } from '../world/maintain/run.ts';
import { Turn } from '../world/nodes/turn.ts';
import { preflight } from '../world/preflight.ts';
import type { World } from '../world/world.ts';
import { failureLines } from './failure-lines.ts';
import { maintainNews } from './maintaining.ts';

/** The number after `grow` and `shrink`; 1 where none is given. */
export function countIn([word]: readonly string[], name: string): number {
  if (word === undefined) return 1;
  const count = Number(word);
  if (!/^\d+$/.test(word) || count < 1)
    throw usageError(`${name} takes a number of nodes, like pool ${name} 2, not "${word}"`);
  return count;
}

export const stayingIn = (pool: Pool): readonly Node[] => pool.nodes.filter(isStaying);

/** The pool, where there is one. */
export async function poolThere({ cloud, settings }: World): Promise<Pool> {
  const pool = await cloud.look(settings.name);
  if (stayingIn(pool).length === 0) throw new PoolError('Cloud is not running; pool start launches it');
  return pool;
}

interface Resize {
  readonly who: string;
  readonly minimum: number;
  readonly maximum: number;
  /** These leave first. */
  readonly leaving: readonly Node[];
}

/**
 * Holds the pool between the two sizes until it has come there and all its nodes are as they should be; whoever else
 * maintains it rests meanwhile. Returns the exit code; throws, naming each, where nodes did not come up.
 */
export async function resize(world: World, { who, minimum, maximum, leaving }: Resize): Promise<number> {
  const { terminal, cloud, settings, signal } = world;
  const prepared = await preflight(world);
  const journal = openJournal(world, { me: undefined });
  const policy = heldBetween(settings, minimum, maximum);
  const news = { ...maintainNews(terminal), ticked: (tick: Noted) => journal.note(tick) };
  const run = new MaintainRun(world, prepared, news, {
    me: undefined,
    once: true,
    policy,
    before: async (_step, { seen }): Promise<void> => turn.takeFirst(seen.pool.nodes),
  });
  const turn = new Turn(world, run.memory, who);
  try {
    await turn.takeFirst(prepared.pool.nodes);
    for (const { id } of leaving) await cloud.tag([id], { [LEAVING_TAG]: who });
    await run.run();
  } finally {
    await Promise.all([turn.end(), journal.end()]);
  }
  if (signal.aborted) return 130;
  const failures = [...run.memory.failures.values()];
  if (failures.length === 0) return 0;
  const nodes = failures.length === 1 ? '1 node is' : `${failures.length} nodes are`;
  throw new PoolError(`${nodes} not as it should be; mend it, or let the pool heal`, {
    details: failures.flatMap(failureLines),
  });
}
