// Every command goes this way: understand the words, read the settings, speak the word, report how it ended.
import { PoolError } from '../pool/failure.ts';
import type { Outside } from '../world/outside.ts';
import type { Terminal } from '../world/world.ts';
import { help, usage } from './help.ts';
import { type Asked, parse } from './parse.ts';
import { version } from './version.ts';
import type { PoolWord, Program } from './word.ts';
import { PROGRAMS } from './words.ts';
import { worldOf } from './world-of.ts';

/** Runs a command line of `pool` or `instance`; the exit code, as contract.md has it. */
export async function main(
  name: Program['name'],
  argv: readonly string[],
  outside: Outside,
): Promise<number> {
  const program = PROGRAMS[name];
  let asked: Asked;
  try {
    asked = parse(program, argv);
  } catch (error) {
    const terminal = await outside.terminal({ quiet: false, json: true });
    const code = report(terminal, name, error, argv.includes('--debug'));
    terminal.warn(`Usage: ${usage(program, undefined)}; ${name} -h shows more`);
    return code;
  }
  const terminal = await outside.terminal({ quiet: asked.quiet, json: asked.request.json });
  try {
    const code = await Promise.race([answer(program, asked, outside, terminal), cutOff(outside)]);
    return code ?? (outside.signal.aborted ? 130 : 0);
  } catch (error) {
    if (outside.signal.aborted) return interrupted(terminal, name);
    return report(terminal, name, error, asked.request.debug);
  }
}

/** What a word may still take after Ctrl-C, to end the step under way; ms. */
const GRACE = 2_000;

/** Rejects when the grace after Ctrl-C is over: a request that nobody answers must not hold the command. */
const cutOff = ({ signal, clock }: Outside): Promise<never> =>
  new Promise((_, reject) => {
    const cut = () => clock.sleep(GRACE).then(() => reject(new Error('interrupted')));
    signal.addEventListener('abort', cut, { once: true });
  });

async function answer(
  program: Program,
  asked: Asked,
  outside: Outside,
  terminal: Terminal,
): Promise<number | undefined> {
  const { word, request, settings } = asked;
  if (asked.version) return show(terminal, version);
  if (asked.help) return show(terminal, help(program, word, terminal.columns));
  if (word === undefined) {
    terminal.warn(help(program, undefined, terminal.columns));
    return 2;
  }
  if ('loadOutside' in word)
    return await (await word.loadOutside()).run(outside, terminal, request, settings);
  return await inWorld(word, asked, outside, terminal);
}

const show = (terminal: Terminal, text: string): number => {
  terminal.print(text.trimEnd());
  return 0;
};

async function inWorld(
  word: PoolWord,
  asked: Asked,
  outside: Outside,
  terminal: Terminal,
): Promise<number | undefined> {
  const { loadSettings } = await import('../world/load-settings.ts');
  const load = () => loadSettings(outside, { ...asked.settings, mustBeNamed: !word.looks });
  const [world, { run }] = await Promise.all([worldOf(load, outside, terminal), word.load()]);
  try {
    return await run(world, asked.request);
  } finally {
    world.remote.close();
  }
}

function interrupted(terminal: Terminal, name: string): number {
  terminal.warn(`${name}: interrupted; the same command again goes on from here`);
  return 130;
}

/** One line for what the user can act on; anything else is ours, and says so. */
function report(terminal: Terminal, name: string, error: unknown, debug: boolean): number {
  const ours = !(error instanceof PoolError);
  const message = error instanceof Error ? error.message : String(error);
  terminal.warn(
    ours
      ? `${name}: this is a bug of PoolParty: ${message}${debug ? '' : '; --debug shows where'}`
      : `${name}: ${message}`,
  );
  if (!ours) for (const line of error.details) terminal.warn(line);
  if (debug) for (const line of stacks(error)) terminal.warn(line);
  return ours ? 1 : error.code;
}

/** The stack, and those of its causes. */
function stacks(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  return [error.stack ?? error.message, ...stacks(error.cause)];
}
