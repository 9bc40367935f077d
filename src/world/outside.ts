// The real outside: this process, its machine, and what is reached from it. Each part is loaded when it is used.
import { spawn } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { PoolError, usageError } from '../pool/failure.ts';
import type { Settings } from '../pool/settings.ts';
import { realClock } from './clock.ts';
import type { Probes } from './doctor/probes.ts';
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
  /** All of standard input. */
  readInput(): Promise<string>;
  cloud(settings: Settings): Promise<Cloud>;
  remote(settings: Settings, cloud: Cloud): Promise<Remote>;
  /** `folder`: where the user's own templates may stand. */
  files(folder: string): Promise<Files>;
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

/** The first Ctrl-C asks for a clean end; the second ends at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  // Every node that is worked on listens, and a pool may have many.
  setMaxListeners(0, controller.signal);
  const stop = () => (controller.signal.aborted ? process.exit(130) : controller.abort());
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** A reader that went away (`pool list | head -1`) is no failure of ours. */
function leaveQuietlyWithTheReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
}

/** The person's key, opened once: every world of this process logs in with it. */
const ownKeyring = (signal: AbortSignal): Keyring =>
  createKeyring({
    agentSocket: process.env['SSH_AUTH_SOCK'],
    askSecret: async (question) => (await import('./ask-secret.ts')).askSecret(question, process, signal),
  });

/** This process's outside. Call it once: it takes over the signals. */
export function realOutside(): Outside {
  leaveQuietlyWithTheReader();
  const home = process.env['HOME'] || homedir();
  const signal = interruption();
  const keyring = ownKeyring(signal);
  return {
    env: process.env,
    cwd: process.cwd(),
    homedir: home,
    clock: realClock,
    signal,
    terminal: (manner) => createTerminal(process, manner, process.env),
    readText,
    readInput: () => text(process.stdin),
    writeText,
    cloud: async (settings) => (await import('./ec2.ts')).createCloud(settings, process.env),
    remote: async (settings, cloud) =>
      lazyRemote(async () => {
        const { createRemote, fromOutside } = await import('./ssh.ts');
        return createRemote(settings, cloud, fromOutside(settings, home, keyring));
      }),
    files: async (folder) => (await import('./files.ts')).createFiles(folder, { keyring, home }),
    get: async (url, timeout) => await (await import('./web.ts')).get(url, timeout),
    probes: async (settings) => (await import('./doctor/probes.ts')).createProbes(settings, process.env),
    localCloud,
  };
}
