// Two folders, one here and one at a node whose shell is this machine's own, for copies between them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

/** Whether these commands can be said of a file of ours, given as $0. */
function can(script: string): boolean {
  const file = join(mkdtempSync(join(tmpdir(), 'poolparty-scp-')), 'file');
  try {
    writeFileSync(file, '');
    execFileSync('sh', ['-c', script, file], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(join(file, '..'), { recursive: true, force: true });
  }
}

/** Not every disk knows the marks of chattr. */
export const knowsMarks = (): boolean => can('chattr +i "$0" && chattr -i "$0"');

/** Root in a container may be forbidden to mount. */
export const canMount = (): boolean => can('mount --bind "$0" "$0" && umount "$0"');
