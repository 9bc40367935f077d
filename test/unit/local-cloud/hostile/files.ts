// The content of a whole folder, so that nothing in it can change unseen.
import { createHash } from 'node:crypto';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** By path in the folder: the hash of a file, where a link leads, or what else it is. Without what `skip` says. */
export async function contentsOf(
  folder: string,
  skip: (path: string) => boolean = () => false,
): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const told = entries
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
    .map(({ entry, path }) => ({ entry, path, name: relative(folder, path) }))
    .filter(({ name }) => !skip(name))
    .map(async ({ entry, path, name }) => {
      if (entry.isFile()) return [name, sha256(await readFile(path))] as const;
      if (entry.isSymbolicLink()) return [name, `to ${await readlink(path)}`] as const;
      return [name, entry.isDirectory() ? 'folder' : 'other'] as const;
    });
  return Object.fromEntries((await Promise.all(told)).sort());
}
