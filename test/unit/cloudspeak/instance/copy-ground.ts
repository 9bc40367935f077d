// Two folders, one here and one at a node whose shell is this machine's own, for copies between them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Remote } from '../../../../src/world/world.ts';
import { FakeOutside } from '../../fake-world.ts';
import { LocalShell } from './local-shell.ts';

/** `folder` holds both. */
export function newGround(): { readonly folder: string; readonly here: string; readonly there: string } {
  const folder = mkdtempSync(join(tmpdir(), 'poolparty-scp-'));
  const [here, there] = [join(folder, 'here'), join(folder, 'there')];
  mkdirSync(here);
  mkdirSync(there);
  return { folder, here, there };
}

export function clearGround({ folder }: { readonly folder: string }): void {
  execFileSync('chmod', ['-R', 'u+rwx', folder]);
  // Node cannot take away what is deeper than a path is long.
  execFileSync('rm', ['-rf', folder]);
}

/** A pool of one node, with a terminal of its own. */
export function outsideOf(node: Remote = new LocalShell()): FakeOutside {
  const outside = Object.assign(new FakeOutside(), { remote: async (): Promise<Remote> => node });
  outside.ec2.has('party');
  return outside;
}
