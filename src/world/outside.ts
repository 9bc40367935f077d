// The real outside: this process, its machine, and what is reached from it. Each part is loaded when it is used.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PoolError, usageError } from '../pool/failure.ts';
import type { Settings } from '../pool/settings.ts';
import type { Unwritten } from '../process/outlet.ts';
import type { Own } from '../process/own.ts';
import { realClock } from './clock.ts';
import type { Probes } from './doctor/probes.ts';
import type { OperatorsFiles } from './folder/operators.ts';
import { inputOf, textOf } from './input.ts';
import { createKeyring, type Keyring } from './keys/keyring.ts';
import { lazyRemote } from './lazy-remote.ts';
import { createTerminal, type Manner } from './terminal.ts';
import type { Clock, Cloud, Disk, Files, Remote, Terminal, WebAnswer } from './world.ts';

/** Everything that the two commands take from outside; tests hand in a fake. */
export interface Outside extends Disk {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
  readonly clock: Clock;
  /** Aborted by Ctrl-C or TERM. */
  readonly signal: AbortSignal;
  terminal(manner: Manner): Promise<Terminal>;
  /** Resolves when standard output cannot be written any more. */
  readonly unwritten: Promise<Unwritten>;
  /** Standard input, to be read once; undefined where it is a terminal. */
  input(): AsyncIterable<Uint8Array> | undefined;
  /** All of standard input. */
  readInput(): Promise<string>;
  cloud(settings: Settings): Promise<Cloud>;
  remote(settings: Settings, cloud: Cloud): Promise<Remote>;
  /** `folder`: where the user's own templates may stand. */
  files(folder: string, operators?: OperatorsFiles): Promise<Files>;
  get(url: string, timeout: number): Promise<WebAnswer>;
  /** What pool doctor asks beside the rest. */
  probes(settings: Settings): Promise<Probes>;
  /** Runs the local cloud's own program on our streams; its exit code. */
  localCloud(words: readonly string[]): Promise<number>;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw usageError(`${path} cannot be read: ${message}`);
  }
}

async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw usageError(`${path} cannot be written: ${(error as Error).message}`);
  }
}

/** The local cloud is a program of its own: nothing here imports it. */
function localCloudPath(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  const path = join(folder, 'dist', 'local-cloud.js');
  if (!existsSync(path)) throw new PoolError(`${path} is missing; run npm run build`);
  return path;
}

/** Ctrl-C reaches the child by itself (same terminal), so it is only waited for. */
const localCloud = (words: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [localCloudPath(), ...words], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });

/** A folder that was removed under the shell's feet has no name any more. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'was removed' : 'cannot be read';
    throw usageError(`the folder you are in ${why}; go to another one: cd`);
  }
}

/** The person's key, opened once: every world of this process logs in with it. */
const ownKeyring = (own: Own, signal: AbortSignal): Keyring =>
  createKeyring({
    agentSocket: process.env['SSH_AUTH_SOCK'],
    questions: async () => {
      const { Questions } = await import('./ask-secret.ts');
      return new Questions({ stdin: own.stdin, stderr: own.stderr.stream }, signal);
    },
  });

/** The environment as AWS's own programs have it. */
async function awsEnv({ aws_profile: profile }: Settings): Promise<NodeJS.ProcessEnv> {
  return await (await import('./ec2/file-endpoints.ts')).withFileEndpoints(process.env, profile);
}

function homeFolder(): string {
  try {
    return process.env['HOME'] || homedir();
  } catch {
    throw usageError('nobody knows your home folder: HOME is not set, and this user has none; set HOME');
  }
}

/** This process's outside, told of Ctrl-C and TERM by `signal`. */
export function realOutside(own: Own, signal: AbortSignal): Outside {
  const keyring = ownKeyring(own, signal);
  return {
    env: process.env,
    // Not every word needs them.
    get cwd() {
      return workingFolder();
    },
    get homedir() {
      return homeFolder();
    },
    clock: realClock,
    signal,
    unwritten: own.stdout.failed,
    terminal: (manner) => createTerminal(own, manner, process.env),
    readText,
    input: () => inputOf(own.stdin),
    readInput: () => textOf(own.stdin),
    writeText,
    cloud: async (settings) => (await import('./ec2.ts')).createCloud(settings, await awsEnv(settings)),
    remote: async (settings, cloud) =>
      lazyRemote(async () => {
        const { createRemote, fromOutside } = await import('./ssh.ts');
        return createRemote(settings, cloud, fromOutside(settings, homeFolder(), keyring));
      }),
    files: async (folder, operators) =>
      (await import('./files.ts')).createFiles(folder, { keyring, home: homeFolder() }, operators),
    get: async (url, timeout) => await (await import('./web.ts')).get(url, timeout),
    probes: async (settings) =>
      (await import('./doctor/probes.ts')).createProbes(settings, await awsEnv(settings)),
    localCloud,
  };
}
