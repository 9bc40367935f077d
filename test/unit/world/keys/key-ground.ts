// Keys of every kind that a person may have, made by OpenSSH and OpenSSL in a folder of its own.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

export const PASSPHRASE = 'Süßes Geheimnis 7';

export class KeyFolder {
  readonly path: string;
  #agent: ChildProcess | undefined;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<KeyFolder> {
    return new KeyFolder(await mkdtemp(join(tmpdir(), 'poolparty-keys-')));
  }

  at(name: string): string {
    return join(this.path, name);
  }

  async keygen(name: string, ...options: readonly string[]): Promise<string> {
    await exec('ssh-keygen', ['-q', '-C', 'test', '-f', this.at(name), ...options]);
    return this.at(name);
  }

  /** What OpenSSL writes stands under this name, closed to others. */
  async openssl(name: string, ...words: readonly string[]): Promise<string> {
    await exec('openssl', [...words, '-out', this.at(name)]);
    await chmod(this.at(name), 0o600);
    return this.at(name);
  }

  async write(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(this.at(name), content, { mode: 0o600 });
    return this.at(name);
  }

  async text(name: string): Promise<string> {
    return await readFile(this.at(name), 'utf8');
  }

  /** A real ssh-agent; the path of its socket. */
  async agent(): Promise<string> {
    const socket = this.at('agent');
    this.#agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    // It says where it listens as soon as it does.
    await once(this.#agent.stdout as NodeJS.ReadableStream, 'data');
    return socket;
  }

  /** Gives the agent a key that has no passphrase. */
  async add(socket: string, ...words: readonly string[]): Promise<void> {
    await exec('ssh-add', ['-q', ...words], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  }

  async end(): Promise<void> {
    const agent = this.#agent;
    if (agent?.exitCode === null && agent.signalCode === null) {
      agent.kill();
      await once(agent, 'exit');
    }
    await rm(this.path, { recursive: true, force: true });
  }
}
