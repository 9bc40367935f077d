// What instance start, stop and restart share: the services of the chosen nodes, named as they are touched.
import { parseServices, type ServiceWord, servicesScript } from '../plans/services.ts';
import { choose } from '../pool/choose.ts';
import { PoolError } from '../pool/failure.ts';
import type { Node } from '../pool/instance.ts';
import type { World } from '../world/world.ts';
import { onChosen } from './on-each.ts';
import type { Run } from './word.ts';

const TOLD = {
  start: { doing: 'Starting', done: 'started' },
  stop: { doing: 'Stopping', done: 'stopped' },
  restart: { doing: 'Restarting', done: 'restarted' },
} as const;

async function touch({ remote, terminal }: World, node: Node, word: ServiceWord): Promise<number> {
  terminal.say(`${TOLD[word].doing} the services of ${node.name}`);
  const { code, stdout, stderr } = await remote.run(node, servicesScript(word), { timeout: 120_000 });
  const units = parseServices(stdout);
  if (units.length > 0) terminal.print(`${node.name}: ${TOLD[word].done} ${units.join(', ')}`);
  if (code === 0 && units.length > 0) return 0;
  const why = code === 0 ? 'it has none of our services yet; run pool start' : stderr.trim().split('\n')[0];
  throw new PoolError(`${node.name} (${node.id}): could not ${word} every service: ${why}`);
}

/** The word for `start`, `stop` or `restart`. */
export const onServices =
  (word: ServiceWord): Run =>
  async (world, request) => {
    const { nodes } = await world.cloud.look(world.settings.name);
    const chosen = choose(nodes, request.choice);
    if (request.dryRun) {
      for (const { name } of chosen)
        world.terminal.print(`${word} the services of ${name}: it was asked for`);
      return 0;
    }
    return await onChosen(world, chosen, (node) => touch(world, node, word));
  };
