// instance cmd: a command on one node, as if it ran here; or on several at once, each line with its node's name.
import { choose } from '../../pool/choose.ts';
import { usageError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import { command } from '../../pool/shell.ts';
import type { World } from '../../world/world.ts';
import { onEach } from '../on-each.ts';
import { prefixed } from '../prefix.ts';
import type { Request, Run } from '../word.ts';
import { type Share, spread } from './input.ts';
import { type Reading, reading, unlessUnread } from './reader.ts';

/** One word after `--` is a line for the shell; several are a command and its arguments, kept apart. */
function commandOf({ values, rest }: Request): string {
  const given = values['cmd'];
  const after = rest.length > 1 ? command(...rest) : rest[0];
  if (given !== undefined && after !== undefined)
    throw usageError('the command is given twice, as cmd= and after "--"; say it once');
  const line = given ?? after;
  if (line === undefined || line.trim() === '')
    throw usageError(`no command; say instance cmd cmd='uptime', or instance cmd -- uptime`);
  return line;
}

const FOREVER = { timeout: Number.POSITIVE_INFINITY, late: true };

/** What is piped or redirected into this command is the remote command's input, as with ssh. */
async function onOne(world: World, node: Node, line: string): Promise<number> {
  const input = world.input?.();
  const told = reading(world);
  const options = { ...FOREVER, ...told, ...(input && { input }) };
  const { code } = await unlessUnread(told, world.remote.run(node, line, options));
  return code;
}

async function amongOthers(
  { remote }: World,
  node: Node,
  line: string,
  told: Reading,
  share: Share | undefined,
): Promise<number> {
  const lines = prefixed(`${node.name}: `, told.onChunk);
  const options = { ...FOREVER, ...told, onChunk: lines.push, ...(share && { input: share.input }) };
  try {
    const { code } = await unlessUnread(told, remote.run(node, line, options));
    return code;
  } finally {
    share?.leave();
    await lines.end();
  }
}

/** Each node gets all of the input. */
async function onSeveral(world: World, nodes: readonly Node[], line: string): Promise<number> {
  const input = world.input?.();
  const shares = input && spread(input, nodes.length);
  const told = reading(world);
  return await onEach(world, nodes, (node) =>
    amongOthers(world, node, line, told, shares?.[nodes.indexOf(node)]),
  );
}

export const run: Run = async (world, request) => {
  const line = commandOf(request);
  const { nodes } = await world.cloud.look(world.settings.name);
  const chosen = choose(nodes, request.choice);
  if (request.dryRun) {
    for (const { name } of chosen) world.terminal.print(`run on ${name}: ${line}`);
    return 0;
  }
  const [first, ...others] = chosen;
  if (first !== undefined && others.length === 0) return await onOne(world, first, line);
  return await onSeveral(world, chosen, line);
};
