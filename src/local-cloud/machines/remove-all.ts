// Everything that a cloud made on its host, found by the cloud's names and label: removed, and nothing else.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { lift } from '../network/enforce.ts';
import { removeBridge, unplugAll } from '../network/links.ts';
import type { Names } from '../network/names.ts';
import { closeForward } from '../network/other-firewalls.ts';
import type { AddressPlan } from '../network/plan.ts';
import { run } from './command.ts';
import { hostFolder } from './host-lock.ts';
import { leaveLxcfs } from './lxcfs.ts';
import { containersOf } from './podman.ts';

/** Idempotent; rejects where something of it stays. */
export async function removeAll(names: Names, plan: AddressPlan): Promise<void> {
  const found = await containersOf(names.cloudId);
  if (found.length > 0)
    await run(['podman', 'rm', '--force', '--time', '0', '--volumes', ...found.map((one) => one.name)]);
  await unplugAll(names);
  await removeBridge(names);
  await lift(names, plan);
  await closeForward(names, plan);
  await leaveLxcfs(names.cloudId);
  await rm(path.join(hostFolder, names.cloudId), { recursive: true, force: true });
}
