// The package as it would be installed, built from the sources as they are now, in a folder of its own.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const checkout = fileURLToPath(new URL('../../..', import.meta.url));

/** The folder with `bin/pool` and `bin/instance`; nobody else builds there while the tests run. */
export async function buildPackage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'poolparty-deck-'));
  try {
    for (const name of ['package.json', 'node_modules', 'templates', 'examples'])
      await symlink(join(checkout, name), join(folder, name));
    await cp(join(checkout, 'bin'), join(folder, 'bin'), { recursive: true });
    const words = [join(checkout, 'scripts', 'build.mjs'), join(folder, 'dist')];
    await exec(process.execPath, words, { cwd: checkout, timeout: 60_000 });
  } catch (error) {
    await removePackage(folder);
    throw error;
  }
  return folder;
}

export const removePackage = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
