// The npm of this machine, packed for a node of the pool that has none.
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Npm } from '../process/npm.ts';
import { type Found, walk } from './folder/walk.ts';
import { type Entry, tar } from './tar.ts';

const squeeze = promisify(gzip);

/** Manuals; links, which npm does not need itself; and settings that a package manager gave npm for this machine. */
const isLeftOut = (name: Buffer): boolean => /^(docs|man|npmrc|\.npmrc)$|(^|\/)\.bin$/.test(name.toString());

const refuse = (_path: Buffer, error: unknown): Error => error as Error;

/** Whatever the umask was with which npm came here, everybody may read it there. */
const entryOf = ({ name, path, mode }: Found): Entry => ({
  name: name.toString(),
  content: readFileSync(path),
  mode: mode & 0o100 ? 0o755 : 0o644,
});

/** A gzipped tar of some 3 MB. Throws where a file of it cannot be read. */
export async function packNpm({ folder }: Npm): Promise<Uint8Array> {
  const found = [...walk(Buffer.from(folder), { isLeftOut, tell: () => undefined, refuse })];
  const files = found.filter(({ kind }) => kind === 'file');
  return await squeeze(tar(files.map(entryOf)), { level: 4 });
}
