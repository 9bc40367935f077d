// The local cloud's command line: up, down, status, fault, and the daemon itself.
import { Command, CommanderError } from 'commander';
import { end, takeStreams } from '../process/own.ts';
import type { Option } from './faults/kinds.ts';
import { Mistake, type Typed } from './faults/read.ts';
import { defaultHome, type Home, homeAt } from './home.ts';
import { down } from './words/down.ts';
import { fault } from './words/fault.ts';
import { type Swept, sayOrphans, sweep } from './words/orphans.ts';
import { type Status, sentence, statusOf } from './words/status.ts';
import { Unready, up } from './words/up.ts';

interface Options {
  readonly home: string;
  readonly json?: boolean;
  readonly purge?: boolean;
  readonly orphans?: boolean;
}

const own = takeStreams();

const print = (text: string): void => void own.stdout.write(`${text}\n`);

const say = ({ json }: Options, document: object, text: string): void =>
  print(json ? JSON.stringify(document) : text);

const show = (status: Status, options: Options): void =>
  print(options.json ? JSON.stringify(status, null, 2) : sentence(status));

async function runDaemonOf(home: Home): Promise<void> {
  // The API loads the whole of EC2's model; the other words do without.
  const { runDaemon } = await import('./daemon.ts');
  await runDaemon(home);
}

async function takeDown(home: Home, options: Options): Promise<void> {
  if (options.orphans) {
    const swept: Swept = await sweep();
    return say(options, swept, sayOrphans(swept));
  }
  await down(home, options.purge === true);
  say(options, { up: false, home: home.folder }, 'The local cloud is down');
}

/** Tells it, and returns the exit code. Commander has told its own. */
function fail(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  void own.stderr.write(`pool local: ${error instanceof Error ? error.message : String(error)}\n`);
  return error instanceof Unready || error instanceof Mistake ? 2 : 1;
}

const program = new Command('pool local')
  .description('The embedded local cloud: EC2, STS, S3 and metadata on this machine')
  .configureOutput({
    writeOut: (text) => void own.stdout.write(text),
    writeErr: (text) => void own.stderr.write(text),
  })
  .exitOverride();

const word = (usage: string, description: string): Command =>
  program
    .command(usage)
    .description(description)
    .option('--home <dir>', 'the state folder', defaultHome())
    .option('--json', 'one document on stdout');

word('up', 'makes what is missing and starts the cloud').action(async (options: Options) =>
  show(await up(homeAt(options.home)), options),
);
word('status', 'says whether the cloud is up, and where').action(async (options: Options) =>
  show(await statusOf(homeAt(options.home)), options),
);
word('daemon', 'runs the cloud in the foreground').action((options: Options) =>
  runDaemonOf(homeAt(options.home)),
);
word('down', 'ends every machine and the cloud; keeps its key and what S3 holds')
  .option('--purge', 'also removes the state folder, with key and S3 objects')
  .option('--orphans', 'ends clouds whose daemon and state folder are gone, and nothing else')
  .action((options: Options) => takeDown(homeAt(options.home), options));

const FAULT_OPTIONS: readonly Option[] = [
  ...(['action', 'zone', 'type', 'market', 'instance', 'delay'] as const),
  ...(['how', 'for', 'count', 'probability', 'seed'] as const),
];
const faults = word('fault [words...]', 'makes the cloud misbehave: see fault help');
for (const option of FAULT_OPTIONS) faults.option(`--${option} <${option}>`);
faults.action(async (words: string[], { home, json = false, ...typed }: Options & Typed) => {
  const said = await fault(homeAt(home), words, typed);
  say({ home, json }, said.json, said.text);
});

const code = await program.parseAsync().then(() => 0, fail);
await end(own, 'pool local', code);
