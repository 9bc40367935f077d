// A load average of its own for every machine: one lxcfs, shared by all clouds of the host.
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { attempt } from './command.ts';
import { hostFolder, withHostLock } from './host-lock.ts';

/** Not the distribution's folder: its lxcfs.service usually runs without load averages, and is left alone. */
const folder = '/var/lib/poolparty-lxcfs';
const users = path.join(hostFolder, 'lxcfs-users');
const pidFile = path.join(hostFolder, 'lxcfs.pid');
const files = ['loadavg', 'uptime', 'meminfo', 'cpuinfo', 'stat', 'swaps'];

/** Podman's flags that put lxcfs's figures in place of the host's. */
export function lxcfsFlags(): string[] {
  return files.flatMap((file) => ['--volume', `${folder}/proc/${file}:/proc/${file}:ro`]);
}

/** Makes sure that lxcfs runs, and counts this cloud among its users. */
export function joinLxcfs(cloudId: string): Promise<void> {
  return withHostLock('lxcfs', async () => {
    await mkdir(users, { recursive: true });
    await writeFile(path.join(users, cloudId), '');
    if (!(await answers())) await startLxcfs();
  });
}

/** Ends lxcfs when this cloud was the last to use it. */
export function leaveLxcfs(cloudId: string): Promise<void> {
  return withHostLock('lxcfs', async () => {
    await rm(path.join(users, cloudId), { force: true });
    if ((await readdir(users).catch(() => [])).length === 0) await endLxcfs();
  });
}

function answers(): Promise<boolean> {
  return readFile(`${folder}/proc/loadavg`).then(
    () => true,
    () => false,
  );
}

async function startLxcfs(): Promise<void> {
  await endLxcfs();
  await mkdir(folder, { recursive: true });
  // It outlives us, and must hold on to none of our pipes.
  const words = ['--foreground', '--enable-loadavg', '--enable-cfs', `--pidfile=${pidFile}`, folder];
  spawn('lxcfs', words, { detached: true, stdio: 'ignore', cwd: '/' }).unref();
  for (let tries = 0; tries < 100 && !(await answers()); tries++)
    await new Promise((done) => setTimeout(done, 50));
  if (!(await answers())) throw new Error('lxcfs does not answer: see whether /dev/fuse is there');
}

async function endLxcfs(): Promise<void> {
  await attempt(['umount', '--lazy', folder]);
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => '0'));
  if (await isOurs(pid)) process.kill(pid, 'SIGTERM');
  await rm(pidFile, { force: true });
  for (const empty of [folder, users]) await rmdir(empty).catch(() => {});
}

async function isOurs(pid: number): Promise<boolean> {
  if (!(pid > 0)) return false;
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return words.split('\0').includes(folder);
}
