// instance install: gives the chosen nodes the software that they lack, each by itself.
import { listed } from '../../plans/install.ts';
import { choose } from '../../pool/choose.ts';
import type { Node } from '../../pool/instance.ts';
import { readTemplates, type Templates } from '../../pool/templates.ts';
import { type InstallNews, install, lackingOn } from '../../world/install.ts';
import type { Terminal, World } from '../../world/world.ts';
import { onChosen } from '../on-each.ts';
import type { Run } from '../word.ts';

const newsOn = (terminal: Terminal): InstallNews => ({
  stage: (node, stage) =>
    terminal.say(
      stage === 'installing'
        ? `Installing software on ${node.name}`
        : `Sending this machine's ${stage === 'sending npm' ? 'npm' : 'Node'} to ${node.name}`,
    ),
  note: (node, text) => terminal.warn(`${node.name}: ${text}`),
});

/** --dry-run asks the node what it lacks, which changes nothing. */
async function tellLacking(world: World, templates: Templates, node: Node): Promise<number> {
  const { names } = await lackingOn(world, templates, node);
  world.terminal.print(
    names.length === 0
      ? `${node.name}: lacks nothing`
      : `install ${listed(names)} on ${node.name}: it lacks that`,
  );
  return 0;
}

async function installOn(world: World, templates: Templates, node: Node): Promise<number> {
  const { terminal } = world;
  const lacking = await lackingOn(world, templates, node);
  if (lacking.names.length === 0) {
    terminal.print(`${node.name}: lacks nothing`);
    return 0;
  }
  const brought = await install(world, templates, node, lacking, newsOn(terminal));
  terminal.print(
    brought.length === 0 ? `${node.name}: goes on without npm` : `${node.name}: installed ${listed(brought)}`,
  );
  return 0;
}

export const run: Run = async (world, request) => {
  const templates = await readTemplates((name) => world.files.template(name));
  const { nodes } = await world.cloud.look(world.settings.name);
  const chosen = choose(nodes, request.choice);
  return await onChosen(world, chosen, (node) =>
    (request.dryRun ? tellLacking : installOn)(world, templates, node),
  );
};
