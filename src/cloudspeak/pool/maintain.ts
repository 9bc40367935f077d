// pool maintain: heals the pool from this terminal, as the service on the master does from there.
import type { Noted } from '../../plans/journal.ts';
import { describeStep } from '../../plans/plan.ts';
import { PoolError } from '../../pool/failure.ts';
import { openJournal } from '../../world/journal/open.ts';
import { MaintainRun } from '../../world/maintain/run.ts';
import { Turn } from '../../world/nodes/turn.ts';
import { preflight } from '../../world/preflight.ts';
import { maintainNews } from '../maintaining.ts';
import type { Run } from '../word.ts';

export const run: Run = async (world, request) => {
  const { terminal } = world;
  const prepared = await preflight(world);
  if (prepared.pool.nodes.length === 0) throw new PoolError('Cloud is not running; pool start launches it');
  const takesOver = request.values['take-over'] === 'yes';
  const who = 'pool maintain in a terminal';
  const journal = openJournal(world, { me: undefined });
  const news = { ...maintainNews(terminal), ticked: (tick: Noted) => journal.note(tick) };
  const maintain = new MaintainRun(world, prepared, news, {
    me: undefined,
    once: request.values['once'] === 'yes',
    before: async (_step, { seen }) => {
      const [master] = seen.pool.nodes;
      if (master) await turn.take(master);
    },
  });
  const turn = new Turn(world, maintain.memory, who, takesOver ? 'take' : 'ask');
  if (request.dryRun) {
    for (const step of maintain.decide(await maintain.look()).plan) terminal.print(describeStep(step));
    return 0;
  }
  try {
    const [master] = prepared.pool.nodes;
    if (master) await turn.take(master);
    await maintain.run();
  } finally {
    await Promise.all([turn.end(), journal.end()]);
  }
  return world.signal.aborted ? 130 : 0;
};
