// Limits of the host's kernel that many machines need raised, and those a machine inherits.
import { readFile, writeFile } from 'node:fs/promises';

/** Every systemd takes several inotify instances and a key; 100 machines were tried with these. */
const least: ReadonlyArray<readonly [string, number]> = [
  ['fs/inotify/max_user_instances', 8192],
  ['fs/inotify/max_user_watches', 524_288],
  ['kernel/keys/maxkeys', 20_000],
  ['kernel/keys/maxbytes', 2_000_000],
  ['net/ipv4/ip_forward', 1],
];

/** Raises what is lower than machines need, and lowers nothing. Rejects when the kernel refuses. */
export async function raiseKernelLimits(): Promise<void> {
  for (const [name, value] of least) {
    const file = `/proc/sys/${name}`;
    if (Number(await readFile(file, 'utf8')) < value) await writeFile(file, String(value));
  }
}

/** Podman's ulimit flags: a host without CAP_SYS_RESOURCE can give no more than its own hard limits. */
export async function ulimitFlags(): Promise<string[]> {
  const limits = await readFile('/proc/self/limits', 'utf8');
  const files = hardLimit(limits, 'Max open files', 1_048_576);
  // Podman lowers its own limit of processes to pid_max at its start, so no more can be passed on.
  const ids = Number(await readFile('/proc/sys/kernel/pid_max', 'utf8'));
  const processes = Math.min(ids, hardLimit(limits, 'Max processes', ids));
  return ['--ulimit', `nofile=${files}:${files}`, '--ulimit', `nproc=${processes}:${processes}`];
}

/** Reads a hard limit out of /proc/PID/limits; `unlimited` becomes the given number. */
export function hardLimit(limits: string, name: string, unlimited: number): number {
  const line = limits.split('\n').find((one) => one.startsWith(name)) ?? '';
  const hard = Number(line.slice(name.length).trim().split(/\s+/)[1]);
  return Number.isFinite(hard) && hard > 0 ? hard : unlimited;
}
