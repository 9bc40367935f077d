// Makes a machine's container: systemd as init, limits of its type, a namespace laid beforehand.
import type { MachineSpec } from '../engine.ts';
import { imageReference } from '../images/recipes.ts';
import type { Names } from '../network/names.ts';
import { run } from './command.ts';
import { ulimitFlags } from './limits.ts';
import { lxcfsFlags } from './lxcfs.ts';
import { runtimeFlags } from './podman.ts';

/** What systemd, nftables, Heartbeat and s3fs need; SYS_BOOT ends only the container's own processes. */
const capabilities = ['NET_ADMIN', 'NET_RAW', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE', 'IPC_LOCK', 'SYS_PTRACE'];

/** systemd goes no further than this: mounts and clocks, and none of its services. */
const ENDLESS = ['--unit=sysinit.target'];

/** Where a machine leaves its init's process id, and its console. */
export interface Traces {
  readonly pid: string;
  readonly console: string;
}

/** Runs a machine's container; it is up when its init runs, not when its sshd answers. */
export async function runContainer(names: Names, spec: MachineSpec, traces: Traces): Promise<void> {
  await run([
    ...['podman', 'run', '--detach', '--pull=never', '--tty', '--systemd=always'],
    ...['--log-driver', 'k8s-file', '--log-opt', `path=${traces.console}`],
    ...['--name', names.container(spec.id), '--pidfile', traces.pid],
    ...(await runtimeFlags()),
    ...(await ulimitFlags()),
    ...labelFlags(names, spec),
    ...hostFlags(names, spec),
    ...['--cpus', String(spec.vcpus), '--memory', `${spec.memory}m`],
    ...['--cap-add', capabilities.join(','), '--device', '/dev/fuse', '--env', 'TERM=dumb'],
    ...lxcfsFlags(),
    ...[imageReference(spec.image), '/sbin/init', ...(spec.hangs ? ENDLESS : [])],
  ]);
}

function labelFlags(names: Names, spec: MachineSpec): string[] {
  const labels = { instance: spec.id, cloud: names.cloudId, address: spec.privateIp };
  return Object.entries(labels).flatMap(([key, value]) => ['--label', `poolparty.${key}=${value}`]);
}

/** The hosts file is the image's own: a mounted one could not be replaced from inside. */
function hostFlags(names: Names, spec: MachineSpec): string[] {
  return [
    '--network',
    `ns:/run/netns/${names.namespace(spec.id)}`,
    '--hostname',
    spec.hostname,
    '--no-hosts',
  ];
}
