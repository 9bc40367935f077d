// `down`: ends the daemon and everything it made, also when the daemon is dead; what S3 holds stays unless purged.
import { access, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Home, readJson } from '../home.ts';
import { createEngine } from '../machines/engine.ts';
import { withHostLock } from '../machines/host-lock.ts';
import { missing } from '../machines/prerequisites.ts';
import { cloudIdOf } from '../network/names.ts';
import { claimSlot, releaseSlot } from '../network/slots.ts';
import { Unready } from './up.ts';

const END_MS = 10_000;

/** The daemon's process id, if that process still is our daemon and not another that got its number. */
async function daemonPid(home: Home): Promise<number | undefined> {
  const pid = (await readJson<{ pid: number }>(home.daemon))?.pid;
  if (pid === undefined) return undefined;
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return words.includes('daemon') && words.includes(home.folder) ? pid : undefined;
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function endDaemon(home: Home): Promise<void> {
  const pid = await daemonPid(home);
  if (pid === undefined) return;
  process.kill(pid, 'SIGTERM');
  const limit = Date.now() + END_MS;
  // A dead process may stay in /proc until its parent asks for it; then it has no command line.
  while ((await daemonPid(home)) === pid) {
    if (Date.now() > limit) process.kill(pid, 'SIGKILL');
    await sleep(20);
  }
}

async function remove(home: Home, purge: boolean): Promise<void> {
  await endDaemon(home);
  // Any slot will do for a cloud that lost its own: what it made is found by its id.
  await createEngine({ home: home.folder, slot: await claimSlot(home.folder) }).down();
  await releaseSlot(home.folder);
  await rm(home.state, { force: true });
  await rm(home.daemon, { force: true });
  if (purge) await rm(home.folder, { recursive: true, force: true });
}

/** Takes the cloud of a home down; `purge` removes its folder too, with key and S3 objects. Idempotent. */
export async function down(home: Home, purge: boolean): Promise<void> {
  if (!(await isThere(home.folder))) return;
  const lacks = await missing();
  if (lacks.length > 0) throw new Unready(lacks.join('\n'));
  await withHostLock(`cloud-${cloudIdOf(home.folder)}`, () => remove(home, purge));
}
