// The nodes over ssh: connections are kept warm, host keys pinned per instance id, commands run as root.
import { readFile } from 'node:fs/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Client as SshClient } from 'ssh2';
import { PoolError, usageError } from '../pool/failure.ts';
import type { InstanceId, Node } from '../pool/instance.ts';
import type { Settings } from '../pool/settings.ts';
import { open } from './ssh/connection.ts';
import { run } from './ssh/run.ts';
import { shell } from './ssh/shell.ts';
import { verify } from './ssh/verify.ts';
import type { Cloud, Reach, Remote, RunOptions } from './world.ts';

/** sshd refuses the 11th channel of a connection (MaxSessions 10): we stay below. */
const CHANNELS = 8;

/**
 * A shell that takes its script from standard input and leaves the rest of it to the script: what a script says
 * stands in no process list and in no log of sudo's.
 */
const readScript = (bytes: number): string => `/bin/sh -c 'script=$(head -c ${bytes}); eval "$script"'`;

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array> | undefined;

async function* all(...parts: readonly Chunks[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) if (part) yield* part;
}

interface Warm {
  readonly client: SshClient;
  readonly limit: LimitFunction;
}

const hostOf = (node: Node): string => {
  const host = node.publicIp ?? node.privateIp;
  if (host === undefined)
    throw new PoolError(`${node.name} (${node.id}) has no address yet; try again in some seconds`);
  return host;
};

const keyPathOf = (settings: Settings): string => {
  if (settings.keypair_path === undefined)
    throw usageError('no private key: set keypair_path, or run npm run dev:setup');
  return settings.keypair_path;
};

/** The pool's file of pinned keys, below the user's own folder. */
export const knownHostsPath = (home: string, pool: string): string =>
  `${home}/.poolparty/pools/${pool}/known_hosts`;

class Ssh implements Remote {
  readonly #settings: Settings;
  readonly #cloud: Cloud;
  readonly #knownHosts: string;
  readonly #warm = new Map<InstanceId, { readonly host: string; readonly warm: Promise<Warm> }>();
  #key: Promise<Buffer> | undefined;

  constructor(settings: Settings, cloud: Cloud, home: string) {
    this.#settings = settings;
    this.#cloud = cloud;
    this.#knownHosts = knownHostsPath(home, settings.name);
  }

  async reach(node: Node, timeout = 5_000): Promise<Reach> {
    try {
      await this.#connection(node, timeout);
      return { answers: true };
    } catch (error) {
      if (error instanceof PoolError) throw error;
      return { answers: false, why: error instanceof Error ? error.message : String(error) };
    }
  }

  async run(node: Node, script: string, options: RunOptions = {}) {
    const { client, limit } = await this.#connected(node);
    const become = this.#settings.username === 'root' ? '' : 'sudo -n ';
    const text = Buffer.from(script);
    const { stdin, input, ...rest } = options;
    const sent = all([text], stdin && [stdin], input);
    return await limit(() => run(client, node, `${become}${readScript(text.length)}`, sent, rest));
  }

  async shell(node: Node): Promise<number> {
    await this.#connected(node);
    const { username } = this.#settings;
    return await shell(node, hostOf(node), {
      username,
      keyPath: keyPathOf(this.#settings),
      knownHosts: this.#knownHosts,
    });
  }

  close(): void {
    for (const { warm } of this.#warm.values())
      warm.then(({ client }) => client.end()).catch(() => undefined);
    this.#warm.clear();
  }

  /** As `#connection`, with a sentence for the person where it fails. */
  async #connected(node: Node): Promise<Warm> {
    try {
      return await this.#connection(node, 10_000);
    } catch (error) {
      if (error instanceof PoolError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new PoolError(
        `${node.name} (${node.id}) does not answer on ssh at ${hostOf(node)}: ${why}; is it running? (pool list)`,
      );
    }
  }

  /**
   * A machine's address changes when the elastic one arrives: a connection to the former one is not used again.
   * Who asks while a connection is being made waits for that one.
   */
  async #connection(node: Node, timeout: number): Promise<Warm> {
    const host = hostOf(node);
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
    this.#key ??= readFile(keyPathOf(this.#settings));
    const { username } = this.#settings;
    const check = (wire: Buffer) => verify(this.#knownHosts, node, wire, (id) => this.#cloud.hostKeys(id));
    const client = await open({ node, host, username, privateKey: await this.#key, verify: check, timeout });
    return { client, limit: pLimit(CHANNELS) };
  }
}

/** `home` is the user's folder; the private key is read at the first connection. */
export const createRemote = (settings: Settings, cloud: Cloud, home: string): Remote =>
  new Ssh(settings, cloud, home);
