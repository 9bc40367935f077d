// A stateful world in memory for all tests of the two commands: EC2, nodes, clock and terminal under control.
import { Readable } from 'node:stream';
import { main } from '../../src/cloudspeak/run.ts';
import type { Program } from '../../src/cloudspeak/word.ts';
import { releaseOf } from '../../src/plans/release.ts';
import type { App, Settings } from '../../src/pool/settings.ts';
import type { Outside } from '../../src/world/outside.ts';
import type { Bulk } from '../../src/world/spool.ts';
import type { AppFolder, Cloud, Files, OwnNode, Remote, Terminal, WebAnswer } from '../../src/world/world.ts';
import { FakeClock } from './fakes/clock.ts';
import { FakeCloud } from './fakes/cloud.ts';
import { FakeProbes } from './fakes/probes.ts';
import { FakeRemote } from './fakes/remote.ts';
import { FakeTerminal } from './fakes/terminal.ts';

export { FakeClock, FakeCloud };

class FakeFiles implements Files {
  /** This machine's npm; undefined where it has none to send, an error where it cannot be read. */
  npm: Uint8Array | Error | undefined = new TextEncoder().encode('npm');
  readonly texts = new Map<string, string>();
  template = async (name: string): Promise<string> => {
    const text = this.texts.get(name);
    if (text === undefined) throw new Error(`the test gave no template ${name}`);
    return text;
  };
  release = async (app: App): Promise<AppFolder> => ({ release: releaseOf(app, app.source), leftOut: [] });
  archive = async (): Promise<Bulk> => ({ size: 0, chunks: async function* () {}, close: () => undefined });
  checkPrivateKey = async (_path: string): Promise<void> => undefined;
  checkKnownHosts = async (_pool: string): Promise<void> => undefined;
  keyFingerprints = async (_path: string): Promise<readonly string[]> => ['fingerprint-of-the-key'];
  exists = async (): Promise<boolean> => true;
  program = async (name: string): Promise<string> => `program ${name}`;
  secret = (): string => 'ab'.repeat(32);
  ownNode = (): OwnNode => ({
    version: 'v20.20.2',
    builtFor: () => ({ system: 'Linux', machine: 'x86_64', glibc: '2.28' }),
    packed: async () => ({ hash: 'abcd', gzipped: [new TextEncoder().encode('program')] }),
    hasNpm: () => this.npm !== undefined,
    npm: async () => {
      if (this.npm instanceof Error) throw this.npm;
      return this.npm;
    },
  });
}

/** The outside of `main`, all in memory. What a test wants otherwise it sets on the parts. */
export class FakeOutside implements Outside {
  env: Record<string, string | undefined> = {
    POOL_NAME: 'party',
    KEYPAIR_NAME: 'poolparty',
    EC2_HOME: '/home/tester/.ec2',
  };
  cwd = '/home/tester/party';
  homedir = '/home/tester';
  readonly texts = new Map<string, string>();
  readonly clock = new FakeClock();
  readonly ec2 = new FakeCloud(this.clock);
  readonly ill = new FakeProbes(this.clock);
  readonly nodes = new FakeRemote();
  readonly screen = new FakeTerminal();
  readonly disk = new FakeFiles();
  readonly controller = new AbortController();
  readonly signal = this.controller.signal;
  /** What the local cloud's program was called with. */
  readonly localCalls: (readonly string[])[] = [];
  /** The settings that the cloud was asked for. */
  settings: Settings | undefined;
  answers: (url: string) => WebAnswer | Promise<WebAnswer> = () => ({ status: 200, body: 'ok' });

  terminal = async (manner: { quiet: boolean; json: boolean }): Promise<Terminal> =>
    Object.assign(this.screen, manner);
  readText = async (path: string): Promise<string | undefined> => this.texts.get(path);
  writeText = async (path: string, text: string): Promise<void> => {
    this.texts.set(path, text);
  };
  readonly unwritten = new Promise<never>(() => undefined);
  /** What stands on standard input; a terminal where it is undefined. */
  typed: string | undefined;
  input = () => (this.typed === undefined ? undefined : Readable.from([Buffer.from(this.typed)]));
  readInput = async (): Promise<string> => this.typed ?? '';
  cloud = async (settings: Settings): Promise<Cloud> => {
    this.settings = settings;
    this.ec2.publicIp = settings.public_ip;
    return this.ec2;
  };
  probes = async (): Promise<FakeProbes> => this.ill;
  remote = async (): Promise<Remote> => this.nodes;
  files = async (): Promise<Files> => this.disk;
  get = async (url: string): Promise<WebAnswer> => await this.answers(url);
  localCloud = async (words: readonly string[]): Promise<number> => {
    this.localCalls.push(words);
    return 0;
  };
}

/** Runs a command line (`pool list --json`, split at spaces unless given as words) and tells how it went. */
export async function speak(words: string | readonly string[], outside: FakeOutside = new FakeOutside()) {
  const [program, ...argv] = typeof words === 'string' ? words.split(' ') : words;
  const code = await main(program as Program['name'], argv, outside);
  return { code, stdout: outside.screen.stdout, stderr: outside.screen.stderr, outside };
}
