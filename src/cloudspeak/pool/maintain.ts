// pool maintain: heals and scales the pool from this terminal, as the service on the master does from there.
import type { Noted } from '../../plans/journal.ts';
import { describeStep } from '../../plans/plan.ts';
import { PoolError } from '../../pool/failure.ts';
import { openJournal, tickLine } from '../../world/journal/open.ts';
import { type MaintainNews, MaintainRun } from '../../world/maintain/run.ts';
import { Turn } from '../../world/nodes/turn.ts';
import { type Prepared, preflight } from '../../world/preflight.ts';
import type { World } from '../../world/world.ts';
import { MaintainView } from '../maintain-view.ts';
import { maintainNews } from '../maintaining.ts';
import type { Request, Run } from '../word.ts';

/** Settings, and everything that follows from them. */
interface Fresh {
  readonly world: World;
  readonly prepared: Prepared;
}

/** Settings that were changed and are wrong are told once; the old ones stay. */
function rereading(world: World, changed: (fresh: Fresh) => void): () => Promise<void> {
  let last = '';
  return async () => {
    try {
      const fresh = await world.reread?.();
      last = '';
      if (fresh) changed({ world: fresh, prepared: await preflight(fresh) });
    } catch (error) {
      if (!(error instanceof PoolError)) throw error;
      const text = [error.message, ...error.details].join('; ');
      if (text !== last) world.terminal.warn(`pool: the settings before stay: ${text}`);
      last = text;
    }
  };
}

/** What each tick is told to: the journal on the nodes, and the person who looks on. */
function showing(
  world: World,
  request: Request,
  note: (tick: Noted) => void,
): MaintainNews & { end(): void } {
  const { terminal, clock, settings } = world;
  const live = request.values['once'] === 'yes' ? undefined : terminal.live();
  const view = live && new MaintainView(terminal, live, settings.polling_time);
  const ticked = (tick: Noted) => {
    note(tick);
    if (request.json) terminal.print(tickLine(world, tick));
    view?.ticked(tick, clock.now().getTime());
  };
  return { ...maintainNews(terminal), ticked, end: () => view?.end() };
}

/** Maintains with these settings until the end, or until there are new ones: then with those. */
async function maintainWith({ world, prepared }: Fresh, request: Request): Promise<Fresh | undefined> {
  if (prepared.pool.nodes.length === 0) throw new PoolError('Cloud is not running; pool start launches it');
  const changing = new AbortController();
  let fresh: Fresh | undefined;
  const reread = rereading(world, (next) => {
    fresh = next;
    world.terminal.say('The settings have changed; they hold from now on');
    changing.abort();
  });
  const within: World = { ...world, signal: AbortSignal.any([world.signal, changing.signal]) };
  const journal = openJournal(world, { me: undefined });
  const news = showing(world, request, (tick) => {
    journal.note(tick);
    void reread();
  });
  const maintain = new MaintainRun(within, prepared, news, {
    me: undefined,
    once: request.values['once'] === 'yes',
    before: async (_step, { seen }): Promise<void> => turn.takeFirst(seen.pool.nodes),
  });
  const manner = request.values['take-over'] === 'yes' ? 'take' : 'ask';
  const turn = new Turn(world, maintain.memory, 'pool maintain in a terminal', manner);
  if (request.dryRun) {
    for (const step of maintain.decide(await maintain.look()).plan) world.terminal.print(describeStep(step));
    return undefined;
  }
  try {
    await turn.takeFirst(prepared.pool.nodes);
    await maintain.run();
  } finally {
    news.end();
    await Promise.all([journal.end(), turn.end()]);
  }
  return fresh;
}

export const run: Run = async (world, request) => {
  let next: Fresh | undefined = { world, prepared: await preflight(world) };
  while (next !== undefined && !world.signal.aborted) {
    const now: Fresh = next;
    next = await maintainWith(now, request).finally(() => {
      if (now.world !== world) now.world.remote.close();
    });
  }
  return world.signal.aborted ? 130 : 0;
};
