// What instance start_maintain and stop_maintain share: the word on each chosen node, and what came of it.
import {
  type MaintainWord,
  maintainScript,
  parseMaintain,
  startedLine,
  stoppedLine,
} from '../plans/maintain-service.ts';
import { choose } from '../pool/choose.ts';
import type { Node } from '../pool/instance.ts';
import { readTemplates, type Templates } from '../pool/templates.ts';
import { answerOf } from '../world/nodes/answer.ts';
import type { World } from '../world/world.ts';
import { onChosen } from './on-each.ts';
import type { Run } from './word.ts';

/** A claim of a silent address waits for its turn. In ms. */
const LIMIT = 120_000;

const TOLD = {
  start_maintain: { doing: 'Starting', line: startedLine },
  stop_maintain: { doing: 'Stopping', line: stoppedLine },
} as const;

type Word = Exclude<MaintainWord, 'go_on'>;

async function speak(world: World, templates: Templates, node: Node, word: Word): Promise<number> {
  const { remote, terminal, settings } = world;
  terminal.say(`${TOLD[word].doing} the maintain service of ${node.name}`);
  const output = await remote.run(node, maintainScript(templates, word), { timeout: LIMIT });
  const told = answerOf(node, 'asked about its maintain service', output, parseMaintain);
  terminal.print(TOLD[word].line(node, told, settings));
  return 0;
}

/** The word for `start_maintain` or `stop_maintain`. */
export const onMaintainService =
  (word: Word): Run =>
  async (world, request) => {
    const { nodes } = await world.cloud.look(world.settings.name);
    const chosen = choose(nodes, request.choice);
    if (request.dryRun) {
      for (const { name } of chosen)
        world.terminal.print(`${word.replaceAll('_', '-')} ${name}: it was asked for`);
      return 0;
    }
    const templates = await readTemplates((name) => world.files.template(name));
    return await onChosen(world, chosen, (node) => speak(world, templates, node, word));
  };
