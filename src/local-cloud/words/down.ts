// `down`: ends the daemon and everything it made, also when the daemon is dead; what S3 holds stays unless purged.
import { access, realpath, rm } from 'node:fs/promises';
import type { Home } from '../home.ts';
import { createEngine } from '../machines/engine.ts';
import { withHostLock } from '../machines/host-lock.ts';
import { missing } from '../machines/prerequisites.ts';
import { cloudIdOf } from '../network/names.ts';
import { claimSlot, releaseSlot } from '../network/slots.ts';
import { endDaemon } from './daemons.ts';
import { sweep } from './orphans.ts';
import { Unready } from './up.ts';

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const idOf = async ({ folder }: Home): Promise<string> =>
  cloudIdOf(await realpath(folder).catch(() => folder));

/** Of a cloud whose folder is gone: what is found by its id. */
async function removeTraces(home: Home): Promise<void> {
  if ((await missing()).length > 0) return;
  const id = await idOf(home);
  await endDaemon(id);
  await sweep((one) => one === id);
}

async function remove(home: Home, purge: boolean): Promise<void> {
  await endDaemon(await idOf(home));
  // Any slot will do for a cloud that lost its own: what it made is found by its id.
  await createEngine({ home: home.folder, slot: await claimSlot(home.folder) }).down();
  await releaseSlot(home.folder);
  await rm(home.state, { force: true });
  await rm(home.daemon, { force: true });
  if (purge) await rm(home.folder, { recursive: true, force: true });
}

/** Takes the cloud of a home down, also where its daemon is dead or its folder gone; `purge` removes its folder too, with key and S3 objects. Idempotent. */
export async function down(home: Home, purge: boolean): Promise<void> {
  if (!(await isThere(home.folder))) return removeTraces(home);
  const lacks = await missing();
  if (lacks.length > 0) throw new Unready(lacks.join('\n'));
  await withHostLock(`cloud-${cloudIdOf(home.folder)}`, () => remove(home, purge));
}
