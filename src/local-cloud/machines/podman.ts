// The few calls of podman that machines are made of.
import { access } from 'node:fs/promises';
import { run } from './command.ts';

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly privateIp: string;
  /** The process id of its init on the host, 0 when it does not run. */
  readonly pid: number;
}

interface Listed {
  readonly Names: readonly string[];
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Pid: number;
  readonly State: string;
}

/** crun does not start containers on cgroup v1 or hybrid hosts; on v2 podman's own choice is right. */
export async function runtimeFlags(): Promise<string[]> {
  const unified = await access('/sys/fs/cgroup/cgroup.controllers').then(
    () => true,
    () => false,
  );
  return unified ? [] : ['--runtime', 'runc'];
}

/** Every container of a cloud, running or not, told by its label. */
export async function containersOf(cloudId: string): Promise<readonly Container[]> {
  const text = await run([
    'podman',
    'ps',
    '--all',
    '--filter',
    `label=poolparty.cloud=${cloudId}`,
    '--format',
    'json',
  ]);
  const listed = JSON.parse(text === '' ? '[]' : text) as readonly Listed[];
  return listed.map((one) => ({
    id: one.Labels?.['poolparty.instance'] ?? '',
    name: one.Names[0] ?? '',
    privateIp: one.Labels?.['poolparty.address'] ?? '',
    pid: one.State === 'running' || one.State === 'paused' ? one.Pid : 0,
  }));
}
