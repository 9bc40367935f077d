// Every command goes this way: understand the words, read the settings, speak the word, report how it ended.
import { PoolError } from '../pool/failure.ts';
import type { Settings } from '../pool/settings.ts';
import { Unwritten } from '../process/outlet.ts';
import { InFlight } from '../world/in-flight.ts';
import type { Outside } from '../world/outside.ts';
import type { Terminal, World } from '../world/world.ts';
import { help, usage } from './help.ts';
import { tellInterrupted } from './interrupted.ts';
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
  const course: Course = { inFlight: new InFlight(), world: undefined };
  const word: Partial<PoolWord> = asked.word ?? {};
  const interrupted = () => tellInterrupted(terminal, name, course.world, course.inFlight, word);
  try {
    const code = await Promise.race([
      answer(program, asked, outside, terminal, course),
      cutOff(outside, course),
      unread(outside, asked),
    ]);
    if (code === 130 && outside.signal.aborted && word.goesOn !== undefined) return await interrupted();
    return code ?? (outside.signal.aborted ? 130 : 0);
  } catch (error) {
    if (outside.signal.aborted) return await interrupted();
    return told(terminal, name, error, asked.request.debug);
  }
}

/** What a command has come to: its world, and its calls that are under way. */
interface Course {
  readonly inFlight: InFlight;
  world: World | undefined;
}

/** What a word may still take after Ctrl-C, to end the step under way; ms. */
const GRACE = 2_000;

/** A call to EC2 that is under way may make something that nobody would hear of: it may take so long; ms. */
const CALL_GRACE = 20_000;

/** A shell's code for a command that its reader has left (SIGPIPE). */
const UNREAD = 141;

/** Nobody needs it any more when its output cannot be written. Other words have begun something: they finish it. */
const onlyShows = ({ word, help: asksHelp, version: asksVersion, request }: Asked): boolean =>
  word === undefined || asksHelp || asksVersion || request.dryRun || word.shows === true;

/** The code of a word that only shows, when its output cannot be written: a reader that left has seen what it wanted. */
const unread = async ({ unwritten }: Outside, asked: Asked): Promise<number> => {
  const { isGone } = await (onlyShows(asked) ? unwritten : new Promise<never>(() => undefined));
  return isGone ? 0 : 1;
};

/** Rejects when the grace after Ctrl-C is over: a script that nobody answers must not hold the command. */
const cutOff = ({ signal, clock }: Outside, { inFlight }: Course): Promise<never> =>
  new Promise((_, reject) => {
    const cut = async () => {
      await clock.sleep(GRACE);
      await clock.atMost(CALL_GRACE, inFlight.ended());
      reject(new Error('interrupted'));
    };
    signal.addEventListener('abort', () => void cut(), { once: true });
  });

async function answer(
  program: Program,
  asked: Asked,
  outside: Outside,
  terminal: Terminal,
  course: Course,
): Promise<number | undefined> {
  const { word, page, request, settings } = asked;
  if (asked.version) return show(terminal, version);
  if (asked.help) return show(terminal, help(program, page ?? word, terminal.columns));
  if (word === undefined) {
    terminal.warn(help(program, undefined, terminal.columns));
    return 2;
  }
  if ('loadOutside' in word)
    return await (await word.loadOutside()).run(outside, terminal, request, settings);
  return await inWorld(word, asked, outside, terminal, course);
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
  course: Course,
): Promise<number | undefined> {
  const { loadSettings } = await import('../world/load-settings.ts');
  const load = () => loadSettings(outside, { ...asked.settings, mustBeNamed: !word.looks });
  const watched: Outside = Object.assign(Object.create(outside) as Outside, {
    cloud: async (settings: Settings) => course.inFlight.watch(await outside.cloud(settings)),
  });
  const [world, { run }] = await Promise.all([worldOf(load, watched, terminal), word.load()]);
  course.world = world;
  try {
    return await run(world, asked.request);
  } finally {
    world.remote.close();
  }
}

/** What could not be written is told at the end of the process, for every word alike. */
const told = (terminal: Terminal, name: string, error: unknown, debug: boolean): number => {
  if (error instanceof Unwritten) return error.isGone ? UNREAD : 1;
  return report(terminal, name, error, debug);
};

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
