// pool stop: terminates every instance of this pool, and nothing else.

import { describeStep } from '../../plans/plan.ts';
import { describeLeft, stop } from '../../plans/stop.ts';
import type { Node } from '../../pool/instance.ts';
import { lookToStop, runStop, type StopNews } from '../../world/stop/run.ts';
import type { World } from '../../world/world.ts';
import type { Request, Run } from '../word.ts';

/** Says each node once, however often its end is asked for. */
const storyOf = ({ terminal }: World): StopNews => {
  const said = new Set<string>();
  return {
    terminating(nodes: readonly Node[]) {
      const fresh = nodes.filter((node) => !said.has(node.id));
      for (const node of fresh) said.add(node.id);
      if (fresh.length > 0) terminal.say(`Terminating ${fresh.map((node) => node.name).join(', ')}`);
    },
    removed: (what) => terminal.say(`Removed the ${what}`),
    left(volumes) {
      for (const volume of volumes) terminal.warn(`Left: ${describeLeft(volume)}`);
    },
    notLooked: (why) => terminal.warn(`pool: whether volumes of the pool are left is not known: ${why}`),
  };
};

const agreed = async (world: World, request: Request, count: number): Promise<boolean> => {
  if (request.yes || !world.terminal.isTerminal || count === 0) return true;
  return await world.terminal.ask(`Terminate the ${count} instances of pool ${world.settings.name}?`);
};

export const run: Run = async (world, request) => {
  const { terminal } = world;
  const seen = await lookToStop(world, 1);
  if (request.dryRun) {
    for (const step of stop(seen)) terminal.print(describeStep(step));
    return 0;
  }
  if (!(await agreed(world, request, seen.pool.nodes.length))) {
    terminal.warn('pool: nothing was touched');
    return 1;
  }
  terminal.say('Stopping cloud');
  await runStop(world, storyOf(world));
  if (world.signal.aborted) return 130;
  const { shared_bucket: bucket } = world.settings;
  if (bucket !== undefined) terminal.say(`The bucket ${bucket} stays, with its files`);
  terminal.say('Cloud is stopped');
  return 0;
};
