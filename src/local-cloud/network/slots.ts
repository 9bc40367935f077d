// Which slot a cloud holds: one file a slot names the state folder that has it.
import { access, mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../machines/command.ts';
import { hostFolder, withHostLock } from '../machines/host-lock.ts';
import { cloudIdOf, namesOf } from './names.ts';
import { type AddressPlan, addressPlan, overlap, slots } from './plan.ts';

const folder = path.join(hostFolder, 'slots');

/** A cloud has this long between taking its slot and laying its bridge, in milliseconds. */
const grace = 120_000;

/** The slot that a state folder holds, or undefined. */
async function slotOf(home: string): Promise<number | undefined> {
  const real = await realpath(home);
  const holders = await readHolders();
  return [...holders].find(([, holder]) => holder === real)?.[0];
}

/** Takes the first free slot for a state folder, or the one it has. Rejects when the host has no free one. */
export async function claimSlot(home: string): Promise<number> {
  await mkdir(home, { recursive: true });
  const real = await realpath(home);
  return withHostLock('slots', async () => {
    await mkdir(folder, { recursive: true });
    const mine = await slotOf(real);
    const slot = mine ?? (await freeSlot());
    await writeFile(path.join(folder, String(slot)), real);
    return slot;
  });
}

/** Gives a state folder's slot back. No error if it holds none. */
export function releaseSlot(home: string): Promise<void> {
  return withHostLock('slots', async () => {
    const slot = await slotOf(home);
    if (slot !== undefined) await rm(path.join(folder, String(slot)), { force: true });
  });
}

/** The slot of a cloud whose folder may be gone; where it has none, one that nobody has, whose ranges are empty. */
export async function slotOfCloud(cloudId: string): Promise<number> {
  const found = [...(await readHolders())].find(([, holder]) => cloudIdOf(holder) === cloudId);
  return found?.[0] ?? (await freeSlot());
}

/** Gives back the slot of a cloud whose folder may be gone. */
export function releaseSlotOf(cloudId: string): Promise<void> {
  return withHostLock('slots', async () => {
    for (const [slot, holder] of await readHolders())
      if (cloudIdOf(holder) === cloudId) await rm(path.join(folder, String(slot)), { force: true });
  });
}

/** The state folders that hold slots. */
export const holders = async (): Promise<readonly string[]> => [...(await readHolders()).values()];

async function freeSlot(): Promise<number> {
  const taken = await readHolders();
  const routes = destinations(await run(['ip', '-4', 'route', 'show', 'table', 'all']));
  for (let slot = 0; slot < slots; slot++) {
    const holder = taken.get(slot);
    if (holder !== undefined && (await isHeld(slot, holder))) continue;
    if (isFree(addressPlan(slot), routes)) return slot;
  }
  throw new Error(`all ${slots} address ranges for local clouds are in use: end one with pool local down`);
}

/** Whether no route of the host leads into a range of the plan. */
export function isFree(plan: AddressPlan, routes: readonly string[]): boolean {
  const ours = [plan.vpc, plan.publicRange, plan.address];
  return !routes.some((route) => ours.some((range) => overlap(route, range)));
}

/** The destinations in the output of `ip route`; the default route is none. */
export function destinations(routes: string): readonly string[] {
  const kinds = /^(local|broadcast|multicast|unreachable|blackhole|prohibit) /;
  const words = routes.split('\n').map((line) => line.replace(kinds, '').split(' ')[0] ?? '');
  return words.filter((word) => /^\d+\.\d+\.\d+\.\d+(\/\d+)?$/.test(word) && word !== '0.0.0.0/0');
}

/** A slot is held while its cloud's bridge stands, or has just been taken. */
async function isHeld(slot: number, holder: string): Promise<boolean> {
  if (await there(`/sys/class/net/${namesOf(cloudIdOf(holder)).bridge}`)) return true;
  const { mtimeMs } = await stat(path.join(folder, String(slot)));
  return (await there(holder)) && Date.now() - mtimeMs < grace;
}

/** Whether any cloud of this host holds a slot. */
export const anyCloud = async (): Promise<boolean> => (await readHolders()).size > 0;

async function readHolders(): Promise<Map<number, string>> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names.map((name) => readFile(path.join(folder, name), 'utf8').catch(() => '')),
  );
  return new Map(names.map((name, index) => [Number(name), files[index] ?? '']));
}

function there(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
