// The nodes over ssh: connections are kept warm, host keys pinned per instance id, commands run as root.
import { randomBytes } from 'node:crypto';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Client as SshClient } from 'ssh2';
import { ownUsage, PoolError } from '../pool/failure.ts';
import type { InstanceId, Node } from '../pool/instance.ts';
import { NODE } from '../pool/node-paths.ts';
import type { Settings } from '../pool/settings.ts';
import { standing } from '../pool/standing.ts';
import { createKeyring, type Keyring, type Login } from './keys/keyring.ts';
import { openedForSsh } from './keys/unasked.ts';
import { open } from './ssh/connection.ts';
import { framed, readScript } from './ssh/frame.ts';
import { knownHostsPath } from './ssh/known-hosts.ts';
import { ownTrouble } from './ssh/own-trouble.ts';
import { run } from './ssh/run.ts';
import { type Begin, Session } from './ssh/session.ts';
import { shell } from './ssh/shell.ts';
import { verify } from './ssh/verify.ts';
import type { Cloud, Output, Reach, Remote, RunOptions } from './world.ts';

/** sshd refuses the 11th channel of a connection (MaxSessions 10): we stay below. */
const CHANNELS = 8;

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array> | undefined;

async function* all(...parts: readonly Chunks[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) if (part) yield* part;
}

interface Warm {
  readonly client: SshClient;
  /** Of the channels that are open at once, the one that stays included. */
  readonly limit: LimitFunction;
  stays: { readonly script: string; readonly session: Session } | undefined;
}

/** Where the nodes are spoken to from: with whose key, at which of their addresses, and which host keys are known there. */
export interface Standpoint {
  /** File of the private key; opened at the first connection, and only then asked for. */
  readonly keyPath: string | undefined;
  readonly keyring: Keyring;
  /** File of the host keys pinned so far; made if absent. */
  readonly knownHosts: string;
  addressOf(node: Node): string | undefined;
  /** What may be wrong where a node does not answer. */
  readonly advice: string;
}

/** The operator's machine: the key pair's private half; `home` is the user's folder. */
export const fromOutside = (
  { keypair_path, name }: Settings,
  home: string,
  keyring = createKeyring(),
): Standpoint => ({
  keyPath: keypair_path,
  keyring,
  knownHosts: knownHostsPath(home, name),
  addressOf: (node) => node.publicIp ?? node.privateIp,
  advice: 'is it running? (pool list) Has your own address changed? (pool authorize --me)',
});

/** A node of the pool: the key that it made for itself, and addresses that stay when the elastic one moves. */
export const fromNode: Standpoint = {
  keyPath: NODE.privateKey,
  keyring: createKeyring(),
  knownHosts: NODE.knownHosts,
  addressOf: (node) => node.privateIp,
  advice: 'is it running? (pool list)',
};

/** The node answers, and lets nobody in with this key. */
const isRefusal = (error: unknown): boolean =>
  (error as { readonly level?: string }).level === 'client-authentication';

class Ssh implements Remote {
  readonly #username: string;
  readonly #cloud: Cloud;
  readonly #from: Standpoint;
  readonly #warm = new Map<InstanceId, { readonly host: string; readonly warm: Promise<Warm> }>();

  constructor(username: string, cloud: Cloud, from: Standpoint) {
    this.#username = username;
    this.#cloud = cloud;
    this.#from = from;
  }

  async reach(node: Node, timeout = 5_000): Promise<Reach> {
    try {
      await this.#connection(node, timeout);
      return { answers: true };
    } catch (error) {
      if (error instanceof PoolError) throw error;
      return { answers: false, why: this.#whyOf(error) };
    }
  }

  async run(node: Node, script: string, { stdin, input, ...options }: RunOptions = {}): Promise<Output> {
    const warm = await this.#connected(node);
    return await this.#begin(warm, node, script, all(stdin && [stdin], input), options);
  }

  async ask(node: Node, script: string, timeout: number): Promise<string> {
    const warm = await this.#connected(node);
    if (warm.stays?.script !== script || warm.stays.session.isOver) {
      warm.stays?.session.close();
      const begin: Begin = (input, options) => this.#begin(warm, node, standing(script), input, options);
      warm.stays = { script, session: new Session(node, begin) };
    }
    return await warm.stays.session.ask(timeout);
  }

  #begin(
    { client, limit }: Warm,
    node: Node,
    script: string,
    input: AsyncIterable<Uint8Array>,
    options: Omit<RunOptions, 'stdin' | 'input'>,
  ): Promise<Output> {
    const become = this.#username === 'root' ? '' : 'sudo -n ';
    // Nobody can say by chance what begins and ends what our script says.
    const nonce = randomBytes(8).toString('hex');
    const line = `${become}${readScript(Buffer.byteLength(script), nonce)}`;
    return limit(() => run(client, node, { line, nonce }, all([framed(script, nonce)], input), options));
  }

  async shell(node: Node): Promise<number> {
    await this.#connected(node);
    const keyPath = this.#keyPath();
    return await shell(node, this.#hostOf(node), {
      username: this.#username,
      keyPath,
      knownHosts: this.#from.knownHosts,
      opened: await openedForSsh(keyPath, await this.#from.keyring.login(keyPath)),
    });
  }

  close(): void {
    for (const { warm } of this.#warm.values())
      warm.then(({ client }) => client.end()).catch(() => undefined);
    this.#warm.clear();
  }

  /** A packet that a security group drops is never answered. */
  #whyOf(error: unknown): string {
    if (isRefusal(error))
      return `refuses the private key ${this.#keyPath()} for ${this.#username} (authentication failed); set keypair_path to the key of its own key pair, and username to its image's user`;
    const why = error instanceof Error ? error.message : String(error);
    return /timed? ?out/i.test(why) ? `${why}; ${this.#from.advice}` : why;
  }

  #hostOf(node: Node): string {
    const host = this.#from.addressOf(node);
    if (host !== undefined) return host;
    throw new PoolError(`${node.name} (${node.id}) has no address yet; try again in some seconds`);
  }

  #keyPath(): string {
    if (this.#from.keyPath !== undefined) return this.#from.keyPath;
    throw ownUsage('no private key: set keypair_path, or run npm run dev:setup');
  }

  /** As `#connection`, with a sentence for the person where it fails. */
  async #connected(node: Node): Promise<Warm> {
    try {
      return await this.#connection(node, 10_000);
    } catch (error) {
      if (error instanceof PoolError) throw error;
      if (isRefusal(error)) throw new PoolError(`${node.name} (${node.id}) ${this.#whyOf(error)}`);
      const why = error instanceof Error ? error.message : String(error);
      throw new PoolError(
        `${node.name} (${node.id}) does not answer on ssh at ${this.#hostOf(node)}: ${why}; ${this.#from.advice}`,
      );
    }
  }

  /**
   * A machine's address changes when the elastic one arrives: a connection to the former one is not used again.
   * Who asks while a connection is being made waits for that one.
   */
  async #connection(node: Node, timeout: number): Promise<Warm> {
    const host = this.#hostOf(node);
    const known = this.#warm.get(node.id);
    if (known?.host === host) return await known.warm;
    known?.warm.then(({ client }) => client.end()).catch(() => undefined);
    const fresh = { host, warm: this.#open(node, host, timeout) };
    this.#warm.set(node.id, fresh);
    const forget = () => {
      if (this.#warm.get(node.id) === fresh) this.#warm.delete(node.id);
    };
    fresh.warm.then(({ client }) => client.on('error', forget).on('close', forget)).catch(forget);
    return await fresh.warm;
  }

  async #open(node: Node, host: string, timeout: number): Promise<Warm> {
    const { keyring } = this.#from;
    const path = this.#keyPath();
    try {
      return await this.#logIn(node, host, timeout, await keyring.login(path));
    } catch (error) {
      // The person has refused it, or the agent was locked or ended.
      if ((error as { readonly level?: string }).level === 'agent')
        return await this.#logIn(node, host, timeout, await keyring.loginByFile(path));
      throw (await ownTrouble(error, host)) ?? error;
    }
  }

  async #logIn(node: Node, host: string, timeout: number, login: Login): Promise<Warm> {
    const check = (wire: Buffer) =>
      verify(this.#from.knownHosts, node, wire, (id) => this.#cloud.hostKeys(id));
    const auth = login.method(this.#username);
    const client = await open({ node, host, username: this.#username, auth, verify: check, timeout });
    return { client, limit: pLimit(CHANNELS), stays: undefined };
  }
}

/** Logs in as the settings' user; `from` is `fromOutside(settings, home)` or `fromNode`. */
export const createRemote = ({ username }: Settings, cloud: Cloud, from: Standpoint): Remote =>
  new Ssh(username, cloud, from);
