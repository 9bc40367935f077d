// What a simulated machine answers to the scripts of the product: it knows each by its last words.
import { HAPROXY_CONFIG } from '../../load-balancing/config.ts';
import { takeOverScript } from '../../plans/hand-over.ts';
import { hashOf } from '../../pool/files.ts';
import { NODE } from '../../pool/node-paths.ts';
import { probeScript } from '../../pool/probe.ts';
import type { Output } from '../../world/world.ts';
import type { Account } from './account.ts';
import { entriesOf } from './archive.ts';
import type { Luck } from './luck.ts';
import { CPUS, type Machine } from './machine.ts';
import type { Park } from './park.ts';
import type { Time } from './time.ts';

/** A script that has been recognised: how long it takes, and what it does and says at its end. */
export interface Errand {
  readonly ms: number;
  /** Changes something on the machine. */
  readonly changes: boolean;
  end(): Output;
}

const said = (stdout: string): Output => ({ code: 0, stdout, stderr: '' });
const base64 = (words: string): string => Buffer.from(words).toString('base64');
const lastLine = (script: string): string => script.slice(script.lastIndexOf('\n') + 1);

/** Equal manifests are hashed once, whichever machine has them. */
const hashes = new Map<string, string>();
const MOST_HASHES = 2_000;

function hashFor(text: string): string {
  const hash = hashes.get(text) ?? hashOf(text);
  if (hashes.size > MOST_HASHES) hashes.clear();
  hashes.set(text, hash);
  return hash;
}

const manifestText = (manifest: Readonly<Record<string, string>>): string =>
  `${JSON.stringify(manifest, null, 2)}\n`;

/** Not secret, and of the form that the product demands of a key. */
const keyOf = (id: string, kind: string): string =>
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA${id.replace(/\W/g, '').padEnd(42, kind)}`;

const identity = ({ id }: Machine) => ({
  ssh_key: keyOf(id, 'k'),
  host_key: keyOf(id, 'h'),
  host: `host-${id}`,
  device: 'ens5',
});

function takesOver(machine: Machine): Output {
  machine.takesOver();
  return said('');
}

export class Scripts {
  readonly #park: Park;
  readonly #account: Account;
  readonly #time: Time;
  readonly #luck: Luck;

  constructor(park: Park, account: Account, time: Time, luck: Luck) {
    this.#park = park;
    this.#account = account;
    this.#time = time;
    this.#luck = luck;
  }

  /** Throws where no script of the product ends so. */
  errand(machine: Machine, script: string, stdin: Uint8Array = new Uint8Array()): Errand {
    const ms = this.#luck.longTailed(60);
    if (script === probeScript) return { ms, changes: false, end: () => said(this.#probe(machine)) };
    if (script.endsWith(probeScript))
      return { ms, changes: false, end: () => said(this.#state(machine) + this.#probe(machine)) };
    if (script === takeOverScript) return { ms, changes: true, end: () => takesOver(machine) };
    const last = lastLine(script);
    if (last === 'report_servers') return this.#rotation(machine, script, entriesOf(stdin));
    if (last.startsWith('report ')) return this.#configuration(machine, last, entriesOf(stdin));
    throw new Error(`a simulated machine does not understand the script that ends with ${last}`);
  }

  /** Those that leave are drained first, as long as the slowest request takes. */
  #rotation(machine: Machine, script: string, files: ReadonlyMap<string, () => string>): Errand {
    const config = files.get(`files${HAPROXY_CONFIG}`)?.() ?? '';
    const limit = Number(/^take_\w+ \S+ \S+ (\d+)/m.exec(script)?.[1]) * 1_000;
    const leaves = [...machine.servers.keys()].some((id) => !config.includes(`server ${id} `));
    const end = (): Output => {
      const entry = `0644 root ${hashOf(config)}`;
      this.#takeServers(machine, config);
      if (machine.manifest !== undefined)
        this.#remember(machine, { ...machine.manifest, [HAPROXY_CONFIG]: entry });
      return said(JSON.stringify({ servers: this.#servers(machine), entry }));
    };
    return {
      ms: this.#luck.longTailed(300) + (leaves ? Math.min(limit, this.#luck.longTailed(3_000)) : 0),
      changes: true,
      end,
    };
  }

  #configuration(machine: Machine, report: string, files: ReadonlyMap<string, () => string>): Errand {
    const end = (): Output => {
      if (machine.isFaulty) return { code: 1, stdout: '', stderr: 'no space left on device\n' };
      const wasThere = machine.manifest !== undefined;
      const config = files.get(`files${HAPROXY_CONFIG}`);
      if (config) this.#takeServers(machine, config());
      machine.secret = files.get(`files${NODE.secret}`)?.().trim() ?? machine.secret;
      this.#remember(machine, JSON.parse(files.get('manifest.json')?.() ?? '{}') as Record<string, string>);
      if (!wasThere) machine.changedAt = this.#time.ms;
      return said(this.#configured(machine, report, [...files.keys()]));
    };
    const isNew = machine.manifest === undefined;
    return { ms: this.#luck.longTailed(isNew ? 8_000 : 800), changes: true, end };
  }

  #configured(machine: Machine, report: string, changed: readonly string[]): string {
    const healthy = this.#park.serves(machine);
    return JSON.stringify({
      changed,
      hash: machine.configHash,
      healthy,
      health_url: report.replace(/^report |'/g, ''),
      answer: base64(healthy ? 'HTTP 200: ok' : 'HTTP 500: the database is away'),
      ends: 0,
      ended: '',
      log: '',
      ...identity(machine),
    });
  }

  #remember(machine: Machine, manifest: Record<string, string>): void {
    machine.manifest = manifest;
    machine.configHash = hashFor(manifestText(manifest));
  }

  #takeServers({ servers }: Machine, config: string): void {
    const wanted = [...config.matchAll(/^ *server (\S+) /gm)].map(([, id = '']) => id);
    for (const id of servers.keys()) if (!wanted.includes(id)) servers.delete(id);
    for (const id of wanted) if (!servers.has(id)) servers.set(id, this.#time.ms);
  }

  #status = (machine: Machine, id: string): string =>
    this.#park.isUp(machine, this.#park.machine(id)) ? 'UP' : 'DOWN';

  #servers = (machine: Machine) =>
    [...machine.servers.keys()].map((id) => ({
      id,
      address: `${this.#account.instances.get(id)?.privateIp}:8001`,
      status: this.#status(machine, id),
    }));

  #probe(machine: Machine): string {
    this.#park.share();
    const lines = [
      `load ${machine.load(this.#time.ms).toFixed(2)}`,
      `cpus ${CPUS}`,
      'memory 2000000 1500000',
      ...(machine.configHash === '' ? [] : [`hash ${machine.configHash}`]),
      `notice ${machine.notice === '' ? '@404' : `${machine.notice} @200`} @404`,
    ];
    if (machine.manifest !== undefined) {
      lines.push('# pxname,svname,qcur,scur,status,stot');
      for (const id of machine.servers.keys()) lines.push(`app,${id},0,0,${this.#status(machine, id)},`);
      lines.push(`app,BACKEND,${this.#park.waiting(machine)},0,UP,${Math.floor(this.#time.ms / 10)}`);
    }
    return `${lines.join('\n')}\n`;
  }

  /** As templates/state.sh tells it. */
  #state(machine: Machine): string {
    const { manifest, secret } = machine;
    if (manifest === undefined) return '';
    const files = Object.entries(manifest).filter(([path]) => path.startsWith('/'));
    return [
      ...files.map(([path, entry]) => `file ${entry} ${path}`),
      `hash ${machine.configHash}`,
      `release ${manifest['release']}`,
      ...(this.#park.serves(machine) ? ['healthy yes'] : []),
      ...Object.entries(identity(machine)).map(([key, value]) => `${key} ${value}`),
      ...(secret === '' ? [] : [`secret ${secret}`]),
      '',
    ].join('\n');
  }
}
