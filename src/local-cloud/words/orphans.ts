// `down --orphans`: ends what clouds left behind whose daemon is dead and whose state folder is gone; nothing else.
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../machines/command.ts';
import { hostFolder, withHostLock } from '../machines/host-lock.ts';
import { missing } from '../machines/prerequisites.ts';
import { removeAll } from '../machines/remove-all.ts';
import { cloudIdOf, namesOf } from '../network/names.ts';
import { addressPlan } from '../network/plan.ts';
import { holders, releaseSlotOf, slotOfCloud } from '../network/slots.ts';
import { daemons } from './daemons.ts';
import { Unready } from './up.ts';

export interface Swept {
  /** Ids of clouds of which nothing is left now. */
  readonly ended: readonly string[];
  /** Dead clouds that can be brought up again from their folder, and so are left alone. */
  readonly left: readonly { readonly id: string; readonly home: string }[];
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** Ids in the names that a cloud gives to things of the kernel and of podman; see network/names.ts. */
async function tracesOfClouds(): Promise<readonly string[]> {
  const format = '{{index .Labels "poolparty.cloud"}}';
  const labels = await run([
    'podman',
    'ps',
    '--all',
    '--filter',
    'label=poolparty.cloud',
    '--format',
    format,
  ]);
  const links = await readdir('/sys/class/net');
  const tables = await run(['nft', 'list', 'tables']);
  const spaces = await readdir('/run/netns').catch(() => []);
  const folders = await readdir(hostFolder).catch(() => []);
  const users = await readdir(path.join(hostFolder, 'lxcfs-users')).catch(() => []);
  const ids = [
    ...labels.split('\n').map((line) => /^([0-9a-f]{8})$/.exec(line.trim())?.[1]),
    ...links.map((name) => /^pp([0-9a-f]{8})$/.exec(name)?.[1]),
    ...[...tables.matchAll(/poolparty_([0-9a-f]{8})$/gm)].map((found) => found[1]),
    ...spaces.map((name) => /^poolparty-([0-9a-f]{8})-/.exec(name)?.[1]),
    ...[...folders, ...users].map((name) => /^([0-9a-f]{8})$/.exec(name)?.[1]),
  ];
  return [...new Set(ids.filter((id) => id !== undefined))];
}

async function end(id: string): Promise<void> {
  await withHostLock(`cloud-${id}`, async () => {
    await removeAll(namesOf(id), addressPlan(await slotOfCloud(id)));
    await releaseSlotOf(id);
  });
}

/** Ends every orphan, or only those of these ids. Throws Unready where the host lacks what that takes. */
export async function sweep(only: (id: string) => boolean = () => true): Promise<Swept> {
  const lacks = await missing();
  if (lacks.length > 0) throw new Unready(lacks.join('\n'));
  const alive = await daemons();
  const homes = new Map((await holders()).map((home) => [cloudIdOf(home), home]));
  const ended: string[] = [];
  const left: { id: string; home: string }[] = [];
  for (const id of await tracesOfClouds()) {
    if (alive.has(id) || !only(id)) continue;
    const home = homes.get(id);
    if (home !== undefined && (await isThere(home))) left.push({ id, home });
    else {
      await end(id);
      ended.push(id);
    }
  }
  return { ended, left };
}

/** What was done, and what is left to whom. */
export const sayOrphans = ({ ended, left }: Swept): string =>
  [
    ended.length === 0 ? 'There is no orphan' : `Ended: ${ended.join(', ')}`,
    ...left.map(({ id, home }) => `Left ${id}, whose folder is there: pool local down --home ${home}`),
  ].join('\n');
