// Machines that understand our scripts: they keep files and HAProxy's servers, and answer as a real node does.
import { buffer, text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { restOf } from '../../../src/load-balancing/config.ts';
import { hashOf } from '../../../src/pool/files.ts';
import type { InstanceId, Node } from '../../../src/pool/instance.ts';
import { probeScript } from '../../../src/pool/probe.ts';
import type { TemplateName } from '../../../src/pool/templates.ts';
import type { Output, WebAnswer } from '../../../src/world/world.ts';
import { builtIn } from '../built-in.ts';
import type { FakeOutside } from '../fake-world.ts';

/** A server that HAProxy has just got is down until its first check has passed, in ms. */
const FIRST_CHECK = 1_000;
/** What a script takes, in ms. */
const SCRIPT_TIME = 200;

interface Machine {
  readonly files: Map<string, string>;
  readonly journal: string[];
  word: { readonly text: string; readonly at: number } | undefined;
  /** HAProxy's servers, and when each was added. */
  readonly servers: Map<InstanceId, number>;
}

async function unpacked(archive: Uint8Array): Promise<Map<string, string>> {
  const entries = extract();
  entries.end(archive);
  const files = new Map<string, string>();
  for await (const entry of entries) {
    const { name } = entry.header;
    // Long texts come gzipped, and are opened by `unpack`; the release stays packed.
    if (name.startsWith('files/') && name.endsWith('.gz'))
      files.set(name.slice(0, -'.gz'.length), gunzipSync(await buffer(entry)).toString());
    else files.set(name, await text(entry));
  }
  return files;
}

const base64 = (words: string): string => Buffer.from(words).toString('base64');

/** The machines behind a fake outside: its remote's handler, its templates, and what visitors are answered. */
export class FakeNodes {
  readonly #outside: FakeOutside;
  readonly #machines: Map<InstanceId, Machine>;
  /** Nodes whose app answers 500; their log says why. */
  readonly unhealthy = new Set<string>();
  /** Zones whose apps no HAProxy reaches, though each answers on its own node. */
  readonly unreachable = new Set<string>();
  /** Nodes whose configuration fails with these words on stderr. */
  readonly refusing = new Map<string, string>();
  /** Nodes that take nothing of what is sent, and say so with these words on stderr. */
  readonly full = new Map<string, string>();

  /** Servers that every HAProxy sends requests to in good faith: no check of theirs ends before this time, in ms. */
  readonly unchecked = new Map<InstanceId, number>();

  /** `before`: the same machines, as an earlier command left them. */
  constructor(outside: FakeOutside, before?: FakeNodes) {
    this.#outside = outside;
    this.#machines = before === undefined ? new Map() : before.#machines;
    outside.disk.template = async (name) => builtIn[name as TemplateName];
    outside.nodes.handler = (node, script, { stdin }) => this.#run(node, script, stdin);
    outside.answers = (url) => this.visit(url);
  }

  /** Machines like these behind another outside: what happens there does not happen here. */
  copy(outside: FakeOutside): FakeNodes {
    const copy = new FakeNodes(outside);
    for (const [id, machine] of this.#machines) copy.#machines.set(id, structuredClone(machine));
    return copy;
  }

  machine(id: InstanceId): Machine {
    const known = this.#machines.get(id) ?? {
      files: new Map(),
      servers: new Map(),
      journal: [],
      word: undefined,
    };
    this.#machines.set(id, known);
    return known;
  }

  /** Ids in a machine's rotation that its HAProxy finds healthy. */
  up = (id: InstanceId): readonly InstanceId[] =>
    [...this.machine(id).servers.keys()].filter((server) => this.#isUp(id, server)).sort();

  #isUp(id: InstanceId, server: InstanceId): boolean {
    const since = this.machine(id).servers.get(server) ?? Number.POSITIVE_INFINITY;
    const node = this.#outside.ec2.instances.get(server);
    const serves = this.machine(server).files.has('/app');
    const reached = node?.state === 'running' && !this.unreachable.has(node.zone);
    return reached && serves && this.#outside.clock.ms - since >= FIRST_CHECK;
  }

  async #run(node: Node, script: string, stdin: Uint8Array = new Uint8Array()): Promise<Partial<Output>> {
    await this.#outside.clock.sleep(SCRIPT_TIME);
    if (script.endsWith(probeScript)) {
      const state = script.includes('\ntell_state ') ? this.#state(node) : '';
      return { stdout: state + this.#probed(node.id) };
    }
    const journal = /\n(\w+)_(?:journal \S+( \d+)?|word)$/.exec(script)?.[1];
    if (journal !== undefined) return this.#journal(journal, node.id, stdin);
    const full = this.full.get(node.name);
    if (full !== undefined) return { code: 1, stdout: 'untouched\n', stderr: `${full}\n` };
    const parcels = await unpacked(stdin);
    for (const [name, content] of parcels)
      if (name.startsWith('files/')) this.machine(node.id).files.set(name.slice('files'.length), content);
    const refusal = this.refusing.get(node.name);
    if (refusal !== undefined) return { code: 1, stderr: `${refusal}\n` };
    this.#takeServers(node.id);
    this.#noteRotation(node.id, parcels);
    const last = script.trimEnd().split('\n').at(-1) ?? '';
    if (last === 'report_servers') return { stdout: `${this.#servers(node.id)}\n` };
    if (last.startsWith('report ')) return { stdout: `${this.#configured(node, parcels, last)}\n` };
    throw new Error(`a node does not understand the script that ends with ${last}`);
  }

  #journal(word: string, id: InstanceId, stdin: Uint8Array): Partial<Output> {
    if (word === 'keep') return this.#keep(id, stdin);
    return word === 'tell' ? this.#tell(id) : this.#explain(id);
  }

  /** As templates/journal.sh appends: the last word first, then records. */
  #keep(id: InstanceId, stdin: Uint8Array): Partial<Output> {
    const [word = '', ...records] = new TextDecoder().decode(stdin).split('\n');
    const machine = this.machine(id);
    machine.journal.push(...records.filter((line) => line !== ''));
    if (word !== '') machine.word = { text: word, at: this.#outside.clock.ms };
    return {};
  }

  #tell(id: InstanceId): Partial<Output> {
    const { journal } = this.machine(id);
    return journal.length > 0 ? { stdout: `${journal.join('\n')}\n` } : { code: 44 };
  }

  #explain(id: InstanceId): Partial<Output> {
    const { journal, word } = this.machine(id);
    const age = word && Math.floor((this.#outside.clock.ms - word.at) / 1_000);
    const change = journal.findLast((line) => !line.includes('"acts":[]')) ?? '';
    const kept = journal.length > 0 ? [`last ${journal.at(-1)}`, `change ${change}`] : [];
    return { stdout: [...(word ? [`age ${age}`, `word ${word.text}`] : []), ...kept, ''].join('\n') };
  }

  #takeServers(id: InstanceId): void {
    const { files, servers } = this.machine(id);
    const lines = (files.get('/etc/haproxy/haproxy.cfg') ?? '').matchAll(/^ {4}server (\S+) /gm);
    const wanted = [...lines].map((line) => line[1] ?? '');
    for (const server of servers.keys()) if (!wanted.includes(server)) servers.delete(server);
    for (const server of wanted) if (!servers.has(server)) servers.set(server, this.#outside.clock.ms);
  }

  /** What remember_file does: the manifest says of haproxy.cfg what is on the disk. */
  #noteRotation(id: InstanceId, parcels: ReadonlyMap<string, string>): void {
    const { files } = this.machine(id);
    const manifest = files.get('/manifest');
    const config = parcels.get('files/etc/haproxy/haproxy.cfg');
    if (manifest === undefined || config === undefined || parcels.has('manifest.json')) return;
    const entries = JSON.parse(manifest) as Record<string, string>;
    const entry = `0644 root ${hashOf(config)}`;
    files.set('/manifest', `${JSON.stringify({ ...entries, '/etc/haproxy/haproxy.cfg': entry }, null, 2)}\n`);
  }

  #probed(id: InstanceId): string {
    const { files, servers } = this.machine(id);
    const manifest = files.get('/manifest');
    const check = (server: InstanceId) => (this.#isChecked(server) ? 'L7OK' : 'INI');
    const stat = [...servers.keys()].map(
      (server) => `app,${server},0,${this.#status(id, server)},0,${check(server)}`,
    );
    const csv = files.has('/etc/haproxy/haproxy.cfg')
      ? ['# pxname,svname,scur,status,stot,check_status', ...stat, 'app,BACKEND,0,UP,0,']
      : [];
    return ['load 0.10', 'cpus 2', `hash ${manifest ? hashOf(manifest) : ''}`, ...csv, ''].join('\n');
  }

  /** As templates/state.sh tells it. */
  #state({ id, name }: Node): string {
    const { files } = this.machine(id);
    const manifest = files.get('/manifest');
    if (manifest === undefined) return '';
    const entries = JSON.parse(manifest) as Record<string, string>;
    const lines = Object.entries(entries).filter(([path]) => path.startsWith('/'));
    return [
      ...lines.map(([path, entry]) => `file ${entry.replace(/\S+$/, hashOf(files.get(path) ?? ''))} ${path}`),
      `release ${entries['release']}`,
      `rest ${restOf(files.get('/etc/haproxy/haproxy.cfg') ?? '')}`,
      ...(this.unhealthy.has(name) ? [] : ['healthy yes']),
      ...Object.entries(this.#identity(id)).map(([key, value]) => `${key} ${value}`),
      `secret ${files.get('/opt/poolparty/heartbeat-secret')}`,
    ].join('\n');
  }

  #identity = (id: InstanceId) => ({
    ssh_key: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA${id.replace(/\W/g, '').padEnd(42, 'k')}`,
    host_key: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA${id.replace(/\W/g, '').padEnd(42, 'h')}`,
    host: `host-${id}`,
    device: 'ens5',
  });

  #isChecked = (server: InstanceId): boolean => this.#outside.clock.ms >= (this.unchecked.get(server) ?? 0);

  #status = (id: InstanceId, server: InstanceId): string => (this.#isUp(id, server) ? 'UP' : 'DOWN');

  #servers(id: InstanceId): string {
    const servers = [...this.machine(id).servers.keys()].map((server) => {
      const ip = this.#outside.ec2.instances.get(server)?.privateIp;
      return {
        id: server,
        address: `${ip}:8001`,
        status: this.#status(id, server),
        checked: this.#isChecked(server),
      };
    });
    const config = this.machine(id).files.get('/etc/haproxy/haproxy.cfg') ?? '';
    return JSON.stringify({ servers, entry: `0644 root ${hashOf(config)}` });
  }

  #configured({ id, name }: Node, parcels: ReadonlyMap<string, string>, report: string): string {
    const manifest = parcels.get('manifest.json') ?? '';
    const healthy = !this.unhealthy.has(name);
    this.machine(id).files.set('/manifest', manifest);
    if (parcels.has('files/opt/poolparty/app-command')) this.machine(id).files.set('/app', 'runs');
    if (!healthy) this.machine(id).files.delete('/app');
    return JSON.stringify({
      changed: [...parcels.keys()],
      hash: hashOf(manifest),
      healthy,
      health_url: report.replace(/^report |'/g, ''),
      answer: base64(healthy ? 'HTTP 200: ok' : 'HTTP 500: the database is away'),
      ...{ ends: 0, ended: '' },
      ...this.#identity(id),
      log: healthy ? '' : base64(Array.from({ length: 20 }, (_, at) => `log line ${at + 1}\n`).join('')),
    });
  }

  /** As a visitor's request goes: to whoever has that address, and on to a healthy server of its HAProxy. */
  visit(url: string): WebAnswer {
    const { hostname } = new URL(url);
    const running = [...this.#outside.ec2.instances.values()].filter((one) => one.state === 'running');
    const host = running.find((one) => one.publicIp === hostname);
    if (!host || !this.machine(host.id).files.has('/etc/haproxy/haproxy.cfg'))
      throw new Error(`connect ECONNREFUSED ${hostname}:80`);
    return this.up(host.id).length > 0 ? { status: 200, body: 'ok' } : { status: 503, body: 'no node' };
  }
}
