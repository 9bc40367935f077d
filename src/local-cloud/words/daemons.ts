// The daemons that live on this host, found by their command lines: a state folder may be gone while its daemon lives.
import { readdir, readFile, realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { cloudIdOf } from '../network/names.ts';

const END_MS = 10_000;

/** The folder that a process serves as our daemon; undefined for every other process, and for a dead one. */
async function homeServed(pid: number): Promise<string | undefined> {
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  const isOurs = words.includes('daemon') && words.includes('--home');
  return isOurs ? words[words.indexOf('--home') + 1] : undefined;
}

/** Process ids by the id of the cloud. */
export async function daemons(): Promise<ReadonlyMap<string, number>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const home = await homeServed(pid);
      return home === undefined ? [] : [[cloudIdOf(await realpath(home).catch(() => home)), pid] as const];
    }),
  );
  return new Map(found.flat());
}

/** Ends a cloud's daemon, by force after a while. No error where there is none. */
export async function endDaemon(cloudId: string): Promise<void> {
  const pid = (await daemons()).get(cloudId);
  if (pid === undefined) return;
  process.kill(pid, 'SIGTERM');
  const limit = Date.now() + END_MS;
  // A dead process may stay in /proc until its parent asks for it; then it has no command line.
  while ((await homeServed(pid)) !== undefined) {
    if (Date.now() > limit) process.kill(pid, 'SIGKILL');
    await sleep(20);
  }
}
