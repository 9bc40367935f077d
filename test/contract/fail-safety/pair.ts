// Machines of the local cloud whose Heartbeat is configured as a node's, with a stand-in that notes when a claim is asked for.
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { heartbeatFiles, type Peer } from '../../../src/fail-safety/heartbeat.ts';
import type { Opening } from '../../../src/local-cloud/engine.ts';
import { heartbeatCalls } from '../../../src/plans/heartbeat.ts';
import { type NodeFile, nodeFile, octal } from '../../../src/pool/files.ts';
import type { FailoverTimings } from '../../../src/pool/settings.ts';
import { command } from '../../../src/pool/shell.ts';
import { tar } from '../../../src/world/tar.ts';
import { builtIn } from '../../unit/built-in.ts';
import { type Ground, makeGround } from '../local-cloud/engine-ground.ts';

const exec = promisify(execFile);

export const SECRET = 'c0ffee'.repeat(10);
const CLAIMS = '/root/claims';

/** Only for these tests: the real one asks EC2. */
const claim = nodeFile(
  '/etc/systemd/system/poolparty-claim.service',
  `[Service]\nType=oneshot\nExecStart=/bin/sh -c 'date +%%s%%3N >>${CLAIMS}'\n`,
);

export interface Watcher {
  readonly id: string;
  readonly peer: Peer;
  /** What the script prints, run as root; fails where the script does. */
  read(script: string): Promise<string>;
  /** Makes the machine one of a pair, or none (`files` empty), as configure does; ms that it took. */
  become(files: readonly NodeFile[]): Promise<number>;
  /** When claims were asked for here, ms since 1970. */
  claims(): Promise<readonly number[]>;
  /** SIGKILL for its init, and so for all of it; when. */
  kill(): Promise<number>;
}

const script = (files: readonly NodeFile[]) =>
  [
    ...(['node.sh', 'haproxy.sh', 'configure.sh', 'heartbeat.sh'] as const).map((name) => builtIn[name]),
    'begin',
    'unpack',
    ...[claim, ...files].map((file) =>
      command('put', file.path, octal(file.mode), file.owner, file.reaction),
    ),
    'remove_forgotten',
    'read_units',
    ...heartbeatCalls(files.length > 0),
    'remember',
  ].join('\n');

const parcels = (files: readonly NodeFile[]) => [
  ...files.map(({ path, content }) => ({ name: `files${path}`, content })),
  {
    name: 'manifest.json',
    content: `${JSON.stringify(Object.fromEntries(files.map((file) => [file.path, file.entry])), null, 2)}\n`,
  },
];

function run(container: string, text: string, stdin?: Uint8Array): Promise<string> {
  const child = spawn('podman', ['exec', '--interactive', container, '/bin/sh', '-c', text]);
  let out = '';
  let errors = '';
  child.stdout.on('data', (piece: Buffer) => {
    out += piece.toString();
  });
  child.stderr.on('data', (piece: Buffer) => {
    errors += piece.toString();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return new Promise((resolve, reject) =>
    child.once('close', (code) =>
      code === 0 ? resolve(out.trim()) : reject(new Error(`code ${code}: ${errors}`)),
    ),
  );
}

async function boot(ground: Ground, n: number): Promise<Watcher> {
  const spec = ground.spec(n, { image: 'poolparty', vcpus: 1 });
  const container = ground.names.container(spec.id);
  await ground.engine.create(spec);
  const read = (text: string) => run(container, text);
  const [host = '', device = ''] = (
    await read(`uname -n; ip -o route get ${ground.plan.gateway} | sed 's/.* dev \\([^ ]*\\).*/\\1/'`)
  ).split('\n');
  return {
    id: spec.id,
    peer: { host, ip: spec.privateIp, device },
    read,
    async become(files) {
      const start = Date.now();
      await run(container, script(files), await tar(parcels([claim, ...files])));
      return Date.now() - start;
    },
    async claims() {
      const lines = await read(`cat ${CLAIMS} 2>/dev/null || :`);
      return lines === '' ? [] : lines.split('\n').map(Number);
    },
    async kill() {
      const { stdout } = await exec('podman', ['inspect', '--format', '{{.State.Pid}}', container]);
      const when = Date.now();
      process.kill(Number(stdout), 'SIGKILL');
      return when;
    },
  };
}

const everywhere: Opening = { protocol: 'all', peers: ['0.0.0.0/0'] };

export interface Party {
  readonly ground: Ground;
  readonly watchers: readonly Watcher[];
}

/** Boots some machines that reach each other. */
export async function bootParty(count: number): Promise<Party> {
  const ground = await makeGround();
  const numbers = Array.from({ length: count }, (_, n) => n);
  const watchers = await Promise.all(numbers.map((n) => boot(ground, n)));
  const openings = new Map(watchers.map(({ peer }) => [peer.ip, [everywhere]]));
  await ground.engine.network({ addresses: new Map(), openings });
  return { ground, watchers };
}

/** The files of `self`; `first` holds the address. */
const filesOf = (self: Watcher, other: Watcher, first: Watcher, timings: FailoverTimings) =>
  heartbeatFiles(self.peer, other.peer, first.peer.host, SECRET, timings, builtIn);

/** Makes two machines a pair; the longer of the two times in ms. */
export async function pair(first: Watcher, second: Watcher, timings: FailoverTimings): Promise<number> {
  const times = await Promise.all([
    first.become(filesOf(first, second, first, timings)),
    second.become(filesOf(second, first, first, timings)),
  ]);
  return Math.max(...times);
}
