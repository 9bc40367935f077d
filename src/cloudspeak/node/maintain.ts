// `poolparty.js maintain`: the service on the node that holds the address; ends with 0 where another has it.
import type { Noted } from '../../plans/journal.ts';
import { takenUp } from '../../plans/take-up.ts';
import type { Own } from '../../process/own.ts';
import { lastWordHere } from '../../world/journal/last-word.ts';
import { openJournal } from '../../world/journal/open.ts';
import { MaintainRun } from '../../world/maintain/run.ts';
import { signsOfLife } from '../../world/node/watchdog.ts';
import { nodeWorld } from '../../world/node/world.ts';
import { preflight } from '../../world/preflight.ts';
import { maintainNews } from '../maintaining.ts';

const ENDS = {
  told: 'maintain ends',
  elsewhere: 'the address is elsewhere now; maintain ends here',
  unasked: 'EC2 cannot be asked who holds the address; maintain ends here, and the watch starts it again',
} as const;

export async function run(_words: readonly string[], own: Own): Promise<number> {
  const world = await nodeWorld(own);
  const pool = await world.cloud.look(world.settings.name);
  if (pool.address?.holder !== world.me) {
    world.terminal.say(
      `${pool.address?.ip ?? 'the address'} is not here; nothing is maintained from this node`,
    );
    return 0;
  }
  const prepared = await preflight(world, pool);
  const signOfLife = signsOfLife();
  const journal = openJournal(world, { me: world.me });
  const ticked = (tick: Noted) => {
    journal.note(tick);
    signOfLife(world.clock.monotonic());
  };
  const news = { ...maintainNews(world.terminal), ticked };
  const { clock, settings } = world;
  const word = await lastWordHere(settings.name);
  const now = { wall: clock.now().getTime(), monotonic: clock.monotonic() };
  const remembered = word && takenUp(word, settings, now);
  if (word && remembered) world.terminal.say(`What ${word.who} knew at ${word.time} is taken up`);
  const manner = { me: world.me, remembered, before: async () => undefined };
  const run = new MaintainRun(world, prepared, news, manner);
  const end = await run.run();
  await journal.end();
  world.remote.close();
  world.terminal.say(ENDS[end]);
  return 0;
}
