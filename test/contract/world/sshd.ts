// An sshd on an address of loopback, of ssh2's own making, whose commands a test answers.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';
import type { Node } from '../../../src/pool/instance.ts';
import { knownHostsPath } from '../../../src/world/ssh/known-hosts.ts';
import { createRemote, fromOutside, type Standpoint } from '../../../src/world/ssh.ts';
import type { Remote } from '../../../src/world/world.ts';
import { factsOf, instance } from '../../unit/built-in.ts';
import { FakeClock, FakeCloud } from '../../unit/fake-world.ts';

/** Our ssh speaks to port 22 alone, so each server gets an address of its own instead of a port. */
const ADDRESS = '127.77.0.1';

/** One command that came in. */
export interface Command {
  readonly line: string;
  readonly channel: ServerChannel;
  readonly connection: Connection;
}

const wordOf = ({ line }: Command): string => `poolparty-${/[0-9a-f]{16}/.exec(line)?.[0]}`;

/** As our reader says it, once for each command. */
export function begins(command: Command): void {
  if (begun.has(command)) return;
  begun.add(command);
  command.channel.stderr.write(`${wordOf(command)}-begins-stderr\n`);
  command.channel.write(`${wordOf(command)}-begins-stdout\n`);
}
const begun = new WeakSet<Command>();

/** The command ends with this code, as our reader says it. */
export function exits(command: Command, code: number): void {
  const { channel } = command;
  begins(command);
  channel.write(`${wordOf(command)}-ends-stdout ${code}\n`);
  channel.stderr.write(`${wordOf(command)}-ends-stderr ${code}\n`);
  channel.exit(code);
  channel.end();
}

/** One in some hundreds of the keys that ssh2 makes cannot be read by ssh2. */
export function newKey(): { readonly private: string; readonly public: string } {
  const key = ssh2.utils.generateKeyPairSync('ed25519');
  return ssh2.utils.parseKey(key.private) instanceof Error ? newKey() : key;
}

/** `ssh-ed25519 AAAA…`, as a console shows it. */
export const publicHalf = (key: { readonly public: string }): string =>
  key.public.split(' ').slice(0, 2).join(' ');

const NODE: Node = factsOf([instance(0, { publicIp: ADDRESS })]).node;

/** A server, and a remote that is let in. */
export class Ground {
  readonly node = NODE;
  readonly home: string;
  readonly cloud = new FakeCloud(new FakeClock());
  /** Every command line that was asked for. */
  readonly lines: string[] = [];
  /** Connections made, and channels open now and at most at once. */
  connections = 0;
  open = 0;
  most = 0;
  answer: (command: Command) => void = () => undefined;
  /** Channels open once this is done: a machine that hangs opens none. */
  opening: Promise<unknown> = Promise.resolve();
  /** `ssh-ed25519 AAAA…` of who is let in. */
  #admitted: string;
  readonly #remotes: Remote[] = [];
  readonly #live = new Set<Connection>();
  #server: ssh2.Server | undefined;

  private constructor(home: string, admitted: string) {
    this.home = home;
    this.#admitted = admitted;
  }

  static async make(): Promise<Ground> {
    const key = newKey();
    const ground = new Ground(await mkdtemp(join(tmpdir(), 'poolparty-ssh-')), key.public);
    await writeFile(join(ground.home, 'key'), key.private, { mode: 0o600 });
    return ground;
  }

  /** Lets in who has the other half of this, and nobody else. */
  admit(publicKey: string): void {
    this.#admitted = publicKey;
  }

  get knownHosts(): string {
    return knownHostsPath(this.home, 'party');
  }

  /** Listens with this host key; what listened before is gone. */
  async listen(hostKey = newKey()): Promise<ReturnType<typeof newKey>> {
    await this.hangUp();
    const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (connection) => this.#greet(connection));
    server.listen(22, ADDRESS);
    await once(server, 'listening');
    this.#server = server;
    return hostKey;
  }

  /** A remote as the next command would have it: with no warm connection; from a laptop unless said otherwise. */
  remote(from: Partial<Standpoint> = {}): Remote {
    const { settings } = factsOf([NODE], { keypair_path: join(this.home, 'key') });
    const remote = createRemote(settings, this.cloud, { ...fromOutside(settings, this.home), ...from });
    this.#remotes.push(remote);
    return remote;
  }

  #greet(connection: Connection): void {
    this.connections += 1;
    this.#live.add(connection);
    connection.on('close', () => this.#live.delete(connection));
    // A client that hangs up is no failure of the test's.
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => this.#letIn(context));
    connection.on('session', async (accept) => {
      await this.opening;
      const session = accept();
      session.on('exec', (acceptExec, _, { command }) => {
        this.#take({ line: command, channel: acceptExec(), connection });
      });
    });
  }

  #letIn(context: AuthContext): void {
    const login = ssh2.utils.parseKey(this.#admitted);
    if (login instanceof Error) throw login;
    const known = context.method === 'publickey' && context.key.data.equals(login.getPublicSSH());
    if (known) context.accept();
    else context.reject(['publickey']);
  }

  #take(command: Command): void {
    this.lines.push(command.line);
    this.open += 1;
    this.most = Math.max(this.most, this.open);
    command.channel.on('close', () => {
      this.open -= 1;
    });
    this.answer(command);
  }

  /** Cuts every connection and listens no more. */
  async hangUp(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const connection of this.#live) connection.end();
    await closed;
  }

  async end(): Promise<void> {
    for (const remote of this.#remotes) remote.close();
    await this.hangUp();
    await rm(this.home, { recursive: true });
  }
}
