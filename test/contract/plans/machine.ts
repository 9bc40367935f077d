// A real machine without a cloud: a container of the local cloud's image that boots systemd, reached by podman exec.
import { execFile, spawn } from 'node:child_process';
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
}

function run(name: string, script: string, stdin?: Uint8Array): Promise<Output> {
  const child = spawn('podman', ['exec', '--interactive', name, '/bin/sh', '-c', script]);
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

/** Boots a machine and returns once its systemd is up. */
export async function bootMachine(label: string, image = 'poolparty'): Promise<Machine> {
  const name = `poolparty-test-${process.pid}-${label}`;
  const capabilities = ['NET_ADMIN', 'NET_RAW', 'SYS_ADMIN', 'SYS_NICE', 'SYS_PTRACE'];
  await exec('podman', [
    ...['run', '--detach', '--systemd=always', '--name', name, '--label', LABEL],
    ...(await runtimeFlags()),
    ...(await ulimitFlags()),
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
  };
  await machine.run('systemctl is-system-running --wait');
  return machine;
}

/** Removes every machine of this test file, also one that did not boot. */
export async function endMachines(): Promise<void> {
  const { stdout } = await exec('podman', ['ps', '--all', '--quiet', '--filter', `label=${LABEL}`]);
  const ids = stdout.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await exec('podman', ['rm', '--force', '--time', '0', ...ids]);
}
