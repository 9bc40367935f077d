// The local cloud's command line: up, down, status, and the daemon itself.
import { Command } from 'commander';
import { defaultHome, type Home, homeAt } from './home.ts';
import { down } from './words/down.ts';
import { type Status, sentence, statusOf } from './words/status.ts';
import { Unready, up } from './words/up.ts';

interface Options {
  readonly home: string;
  readonly json?: boolean;
  readonly purge?: boolean;
}

const show = (status: Status, options: Options): void =>
  console.log(options.json ? JSON.stringify(status, null, 2) : sentence(status));

async function runDaemonOf(home: Home): Promise<void> {
  // The API loads the whole of EC2's model; the other words do without.
  const { runDaemon } = await import('./daemon.ts');
  await runDaemon(home);
}

function fail(error: unknown): void {
  console.error(`pool local: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(error instanceof Unready ? 2 : 1);
}

const program = new Command('pool local')
  .description('The embedded local cloud: EC2, STS, S3 and metadata on this machine')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

const word = (name: string, description: string, act: (home: Home, options: Options) => Promise<void>) =>
  program
    .command(name)
    .description(description)
    .option('--home <dir>', 'the state folder', defaultHome())
    .option('--json', 'one document on stdout')
    .action((options: Options) => act(homeAt(options.home), options));

word('up', 'makes what is missing and starts the cloud', async (home, options) =>
  show(await up(home), options),
);
word('status', 'says whether the cloud is up, and where', async (home, options) =>
  show(await statusOf(home), options),
);
word('daemon', 'runs the cloud in the foreground', (home) => runDaemonOf(home));
word('down', 'ends every machine and the cloud; keeps its key and what S3 holds', async (home, options) => {
  await down(home, options.purge === true);
  console.log(options.json ? JSON.stringify({ up: false, home: home.folder }) : 'The local cloud is down');
}).option('--purge', 'also removes the state folder, with key and S3 objects');

await program.parseAsync().catch(fail);
