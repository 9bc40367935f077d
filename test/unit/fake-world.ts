// A stateful world in memory: EC2, nodes, clock and terminal under a test's control.
import { Chalk } from 'chalk';
import { main } from '../../src/cloudspeak/run.ts';
import type { Program } from '../../src/cloudspeak/word.ts';
import type { Opening } from '../../src/plans/openings.ts';
import type { Instance, InstanceId, InstanceState, Node } from '../../src/pool/instance.ts';
import { type Address, POOL_TAG, type Pool, poolOf, STOPPING_TAG } from '../../src/pool/pool.ts';
import type { Settings } from '../../src/pool/settings.ts';
import { defaultsIn } from '../../src/pool/settings-defaults.ts';
import type { Outside } from '../../src/world/outside.ts';
import type {
  Clock,
  Cloud,
  Files,
  LaunchRequest,
  LiveView,
  Output,
  Reach,
  Remote,
  RunOptions,
  Terminal,
  WebAnswer,
  World,
} from '../../src/world/world.ts';

/** Time that passes only when somebody sleeps. */
export class FakeClock implements Clock {
  ms = Date.parse('2008-05-31T00:47:37.000Z');
  now = (): Date => new Date(this.ms);
  monotonic = (): number => this.ms;
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    // One turn of the event loop, so that others who wait get theirs.
    await new Promise((resolve) => setImmediate(resolve));
    if (!signal?.aborted) this.ms += ms;
  }
}

interface FakeInstance extends Instance {
  readonly readyAt: number;
  readonly goneAt: number;
}

export class FakeCloud implements Cloud {
  readonly instances = new Map<InstanceId, FakeInstance>();
  readonly addresses = new Map<string, Address & { readonly pool: string }>();
  readonly groups = new Map<string, { readonly pool: string; readonly openings: Opening[] }>();
  readonly tokens = new Map<string, readonly InstanceId[]>();
  readonly keypairs = new Set(['poolparty']);
  /** Every call that changes something, in order: `launch 2`, `terminate i-1 i-2` … */
  readonly changes: string[] = [];
  /** Thrown by the next call of that name, then forgotten. */
  readonly nextError = new Map<keyof Cloud, Error>();
  /** How long a machine is pending, and how long it takes to go, in ms. */
  bootTime = 3_000;
  endTime = 2_000;
  readonly #clock: FakeClock;
  #count = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** Puts an instance there as if it had been launched before; running unless said otherwise. */
  has(pool: string, given: Partial<Instance> = {}): Instance {
    const number = ++this.#count;
    const instance = {
      id: `i-${number.toString(16).padStart(8, '0')}`,
      state: 'running' as InstanceState,
      launchedAt: this.#clock.now(),
      type: 't3.small',
      zone: 'us-east-1a',
      privateIp: `10.0.0.${number}`,
      publicIp: `198.51.100.${number}`,
      publicDns: `ec2-198-51-100-${number}.compute-1.amazonaws.com`,
      tags: { [POOL_TAG]: pool },
      readyAt: 0,
      goneAt: Number.POSITIVE_INFINITY,
      ...given,
    };
    this.instances.set(instance.id, instance);
    return instance;
  }

  /** Gives the pool an address, held by the instance if one is named. */
  hasAddress(pool: string, holder?: InstanceId): Address {
    const number = this.addresses.size + 1;
    const address = {
      ip: `203.0.113.${number}`,
      allocationId: `eipalloc-${number}`,
      associationId: holder && `eipassoc-${number}`,
      holder,
      ours: true,
      stopping: false,
      pool,
    };
    this.addresses.set(address.allocationId, address);
    return address;
  }

  #fail(call: keyof Cloud): void {
    const error = this.nextError.get(call);
    this.nextError.delete(call);
    if (error) throw error;
  }

  /** Moves every machine to the state that its time has brought. */
  #settle(): void {
    for (const [id, one] of this.instances) {
      if (one.goneAt <= this.#clock.ms) this.instances.delete(id);
      else if (one.state === 'pending' && one.readyAt <= this.#clock.ms)
        this.instances.set(id, { ...one, state: 'running' });
    }
  }

  async look(pool: string): Promise<Pool> {
    this.#fail('look');
    this.#settle();
    const instances = [...this.instances.values()].filter((one) => one.tags[POOL_TAG] === pool);
    const address = [...this.addresses.values()].find((one) => one.pool === pool);
    return poolOf({ name: pool, instances, address });
  }

  async image(alias: string) {
    this.#fail('image');
    return { id: alias.startsWith('ami-') ? alias : `ami-${alias}`, name: alias, architecture: 'x86_64' };
  }

  async subnets(zones: readonly string[], ids: readonly string[]) {
    this.#fail('subnets');
    const all = ['us-east-1a', 'us-east-1b', 'us-east-1c'].map((zone, at) => ({
      id: `subnet-${at}`,
      zone,
      vpcId: 'vpc-1',
    }));
    return all.filter(
      ({ id, zone }) =>
        (zones.length === 0 || zones.includes(zone)) && (ids.length === 0 || ids.includes(id)),
    );
  }

  async keypairExists(name: string): Promise<boolean> {
    this.#fail('keypairExists');
    return this.keypairs.has(name);
  }

  async launch(request: LaunchRequest): Promise<readonly Instance[]> {
    this.#fail('launch');
    const known = this.tokens.get(request.token);
    if (known) return known.flatMap((id) => this.instances.get(id) ?? []);
    this.changes.push(`launch ${request.count}`);
    const zone = (await this.subnets([], [request.subnetId]))[0]?.zone ?? 'us-east-1a';
    const launched = Array.from({ length: request.count }, () =>
      this.has(request.pool, {
        state: 'pending',
        type: request.type,
        zone,
        readyAt: this.#clock.ms + this.bootTime,
      } as Partial<Instance>),
    );
    this.tokens.set(
      request.token,
      launched.map(({ id }) => id),
    );
    return launched;
  }

  async terminate(ids: readonly InstanceId[]): Promise<void> {
    this.#fail('terminate');
    this.changes.push(`terminate ${ids.join(' ')}`);
    for (const id of ids) {
      const one = this.instances.get(id);
      if (one)
        this.instances.set(id, { ...one, state: 'shutting-down', goneAt: this.#clock.ms + this.endTime });
      for (const address of this.addresses.values())
        if (address.holder === id) this.#set(address, { holder: undefined, associationId: undefined });
    }
  }

  async findGroup(pool: string): Promise<string | undefined> {
    return [...this.groups].find(([, group]) => group.pool === pool)?.[0];
  }

  async openGroup(pool: string, _vpcId: string, openings: readonly Opening[]): Promise<string> {
    this.#fail('openGroup');
    const known = await this.findGroup(pool);
    const id = known ?? `sg-${++this.#count}`;
    if (!known) this.changes.push(`make group ${id}`);
    this.groups.set(id, { pool, openings: [...openings] });
    return id;
  }

  async deleteGroup(id: string): Promise<void> {
    this.#fail('deleteGroup');
    this.changes.push(`delete group ${id}`);
    this.groups.delete(id);
  }

  async allocateAddress(pool: string): Promise<Address> {
    this.#fail('allocateAddress');
    const address = this.hasAddress(pool);
    this.changes.push(`allocate ${address.ip}`);
    return address;
  }

  #set(address: Address, changed: Partial<Address>): void {
    const known = this.addresses.get(address.allocationId);
    if (known) this.addresses.set(address.allocationId, { ...known, ...changed });
  }

  async associate(address: Address, instance: InstanceId): Promise<void> {
    this.#fail('associate');
    this.changes.push(`associate ${address.ip} ${instance}`);
    this.#set(address, { holder: instance, associationId: `eipassoc-${++this.#count}` });
  }

  async disassociate(associationId: string): Promise<void> {
    this.#fail('disassociate');
    this.changes.push(`disassociate ${associationId}`);
    const held = [...this.addresses.values()].find((one) => one.associationId === associationId);
    if (held) this.#set(held, { holder: undefined, associationId: undefined });
  }

  async release(address: Address): Promise<void> {
    this.#fail('release');
    this.changes.push(`release ${address.ip}`);
    this.addresses.delete(address.allocationId);
  }

  async tag(ids: readonly string[], tags: Readonly<Record<string, string>>): Promise<void> {
    this.#fail('tag');
    this.changes.push(`tag ${ids.join(' ')} ${Object.keys(tags).join(' ')}`);
    for (const id of ids) {
      const one = this.instances.get(id);
      if (one) this.instances.set(id, { ...one, tags: { ...one.tags, ...tags } });
      const address = this.addresses.get(id);
      if (address && STOPPING_TAG in tags) this.#set(address, { stopping: true });
    }
  }

  async untag(ids: readonly string[], keys: readonly string[]): Promise<void> {
    this.#fail('untag');
    this.changes.push(`untag ${ids.join(' ')} ${keys.join(' ')}`);
    for (const id of ids) {
      const address = this.addresses.get(id);
      if (address && keys.includes(STOPPING_TAG)) this.#set(address, { stopping: false });
    }
  }

  async hostKeys(): Promise<readonly string[]> {
    return [];
  }
}

export const NOTHING: Output = { code: 0, stdout: '', stderr: '' };

/** Nodes that answer what the test's handler says. */
export class FakeRemote implements Remote {
  /** Every script that was run, with its node. */
  readonly scripts: {
    readonly node: string;
    readonly script: string;
    readonly stdin: Uint8Array | undefined;
  }[] = [];
  /** Every node that a shell was opened on. */
  readonly shells: string[] = [];
  handler: (node: Node, script: string) => Partial<Output> | Promise<Partial<Output>> = () => NOTHING;
  answering: (node: Node) => boolean = (node) => node.state === 'running';
  shellCode = 0;
  closed = false;

  async reach(node: Node): Promise<Reach> {
    return this.answering(node) ? { answers: true } : { answers: false, why: 'connection refused' };
  }

  async run(node: Node, script: string, options: RunOptions = {}): Promise<Output> {
    this.scripts.push({ node: node.name, script, stdin: options.stdin });
    const output = { ...NOTHING, ...(await this.handler(node, script)) };
    if (!options.onChunk) return output;
    const bytes = new TextEncoder();
    if (output.stdout) options.onChunk(bytes.encode(output.stdout), 'stdout');
    if (output.stderr) options.onChunk(bytes.encode(output.stderr), 'stderr');
    return { code: output.code, stdout: '', stderr: '' };
  }

  async shell(node: Node): Promise<number> {
    this.shells.push(node.name);
    return this.shellCode;
  }

  close(): void {
    this.closed = true;
  }
}

/** Records what was said, where; answers questions with `answer`. */
export class FakeTerminal implements Terminal {
  isTerminal = false;
  columns = 100;
  paint = new Chalk({ level: 0 });
  quiet = false;
  json = false;
  stdout = '';
  stderr = '';
  answer = false;
  readonly questions: string[] = [];

  say(text: string): void {
    if (!this.quiet) this.write(new TextEncoder().encode(`-- ${text}\n`), this.json ? 'stderr' : 'stdout');
  }
  print(text: string): void {
    this.stdout += `${text}\n`;
  }
  warn(text: string): void {
    this.stderr += `${text}\n`;
  }
  write(chunk: Uint8Array, to: 'stdout' | 'stderr'): void {
    this[to] += new TextDecoder().decode(chunk);
  }
  async ask(question: string): Promise<boolean> {
    this.questions.push(question);
    return this.answer;
  }
  live(): LiveView | undefined {
    return undefined;
  }
}

export class FakeFiles implements Files {
  readonly texts = new Map<string, string>();
  template = async (name: string): Promise<string> => {
    const text = this.texts.get(name);
    if (text === undefined) throw new Error(`the test gave no template ${name}`);
    return text;
  };
  release = async (source: string): Promise<Uint8Array> => new TextEncoder().encode(`release of ${source}`);
  checkPrivateKey = async (): Promise<void> => undefined;
  exists = async (): Promise<boolean> => true;
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
  cloud = async (settings: Settings): Promise<Cloud> => {
    this.settings = settings;
    return this.ec2;
  };
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

/** A world for tests that need no command line. */
export function fakeWorld(
  changed: Partial<Settings> = {},
  outside = new FakeOutside(),
): World & { readonly outside: FakeOutside } {
  const settings: Settings = {
    ...defaultsIn('/party'),
    keypair: 'poolparty',
    keypair_path: '/home/tester/.ec2/poolparty',
    ...changed,
  };
  const { ec2: cloud, nodes: remote, clock, screen: terminal, disk: files, get, signal } = outside;
  return { settings, cloud, remote, clock, terminal, files, get, signal, outside };
}
