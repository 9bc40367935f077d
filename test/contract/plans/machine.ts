// A real machine without a cloud: a container of the local cloud's image that boots systemd, reached by podman exec.
import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { imageReference } from '../../../src/local-cloud/images/recipes.ts';
import { ulimitFlags } from '../../../src/local-cloud/machines/limits.ts';
import { runtimeFlags } from '../../../src/local-cloud/machines/podman.ts';
import type { Output } from '../../../src/world/world.ts';

const exec = promisify(execFile);

export interface Machine {
  readonly ip: string;
  /** Runs a script as root, as world/ssh.ts does. */
  run(script: string, stdin?: Uint8Array): Promise<Output>;
  /** What the script prints; fails where the script does. */
  read(script: string): Promise<string>;
  /** From now on no packet of it leaves or arrives: to the others it is dead, without a word of farewell. */
  silence(): Promise<void>;
  /** SIGKILL of the whole machine, silenced first, since the kernel under it would close its connections. */
  kill(): Promise<void>;
  /** The machine goes down in good order and boots again, with the same address. */
  reboot(): Promise<void>;
}

/** Input that nobody has read is read at the end: podman loses what a program says last that ends before its input. */
const READ_ALL = '/bin/sh -c "$1"; code=$?; cat >/dev/null; exit $code';

function run(name: string, script: string, stdin?: Uint8Array): Promise<Output> {
  const child = spawn('podman', ['exec', '--interactive', name, '/bin/sh', '-c', READ_ALL, 'sh', script]);
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    out.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    out.stderr += chunk.toString();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code: code ?? 255, ...out })));
}

const LABEL = `poolparty.test=${process.pid}`;

const SILENCE = `nft -f - <<'.'
table inet silence {
  chain out { type filter hook output priority -500; policy drop; }
  chain in { type filter hook input priority -500; policy drop; }
}
.`;

/** Any address of podman's own network that is far from those which it gives out by itself, so that it stays. */
const someAddress = (): string => `10.88.${128 + randomInt(120)}.${1 + randomInt(250)}`;

/**
 * A bridge takes the lowest hardware address of its ports for its own: when that machine dies it gets another, and
 * for half a minute whoever knew the former one talks to nobody. One that was set stays.
 */
async function pinBridge(ip: string): Promise<void> {
  const { stdout } = await exec('ip', ['-json', 'route', 'get', ip]);
  const [{ dev }] = JSON.parse(stdout);
  const address = await readFile(`/sys/class/net/${dev}/address`, 'utf8');
  await exec('ip', ['link', 'set', 'dev', dev, 'address', address.trim()]);
}

/** Boots a machine and returns once its systemd is up. */
export async function bootMachine(label: string, image = 'poolparty'): Promise<Machine> {
  const name = `poolparty-test-${process.pid}-${label}`;
  const capabilities = ['NET_ADMIN', 'NET_RAW', 'SYS_ADMIN', 'SYS_NICE', 'SYS_PTRACE'];
  await exec('podman', [
    ...['run', '--detach', '--systemd=always', '--name', name, '--label', LABEL],
    ...(await runtimeFlags()),
    ...(await ulimitFlags()),
    ...['--ip', someAddress()],
    ...['--cap-add', capabilities.join(','), imageReference(image), '/sbin/init'],
  ]);
  const machine: Machine = {
    ip: (await exec('podman', ['inspect', '--format', '{{.NetworkSettings.IPAddress}}', name])).stdout.trim(),
    run: (script, stdin) => run(name, script, stdin),
    async read(script) {
      const { code, stdout, stderr } = await run(name, script);
      if (code !== 0) throw new Error(`code ${code}: ${stderr}`);
      return stdout.trim();
    },
    async silence() {
      await machine.read(SILENCE);
    },
    async kill() {
      await machine.silence();
      await exec('podman', ['kill', '--signal', 'KILL', name]);
    },
    async reboot() {
      await exec('podman', ['restart', '--time', '60', name]);
      await machine.run('systemctl is-system-running --wait');
    },
  };
  await pinBridge(machine.ip);
  await machine.run('systemctl is-system-running --wait');
  return machine;
}

/** Removes every machine of this test file, also one that did not boot. */
export async function endMachines(): Promise<void> {
  const { stdout } = await exec('podman', ['ps', '--all', '--quiet', '--filter', `label=${LABEL}`]);
  const ids = stdout.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await exec('podman', ['rm', '--force', '--time', '0', ...ids]);
}
