// The pool's own known_hosts: one key per instance id, pinned at the first contact.
import { constants } from 'node:fs';
import { access, appendFile, readFile, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type OwnTrouble, ownUsage } from '../../pool/failure.ts';
import { makeFolder } from '../folder/path.ts';

/** The pool's file of pinned keys, below the user's own folder. */
export const knownHostsPath = (home: string, pool: string): string =>
  `${home}/.poolparty/pools/${pool}/known_hosts`;

/** "ssh-ed25519 AAAA…" from the wire form: a length, the type's name, the rest (RFC 4253, section 6.6). */
export function keyLine(wire: Buffer): string {
  const type = wire.toString('ascii', 4, 4 + wire.readUInt32BE(0));
  return `${type} ${wire.toString('base64')}`;
}

const codeOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : String(error));

const trouble = (file: string, what: string, error: unknown): OwnTrouble =>
  ownUsage(
    `the host keys of this pool's nodes are kept in ${file}, which cannot be ${what} (${codeOf(error)}); make room or give yourself the right, or set HOME to a folder of yours`,
    error,
  );

/** Only a file that does not exist holds no key: whatever cannot be read may hold the one that would warn us. */
async function textOf(file: string): Promise<string> {
  try {
    // Who reads a pipe that nobody writes into waits for ever.
    const found = await stat(file);
    if (!found.isFile() && !found.isDirectory()) throw new Error('it is no file');
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw trouble(file, 'read', error);
  }
}

/** The key pinned for an instance, or undefined before the first contact. Throws OwnTrouble where that cannot be read. */
export async function pinned(file: string, id: string): Promise<string | undefined> {
  const text = await textOf(file);
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${id} `));
  return line?.slice(id.length + 1).trim();
}

/** The path itself, or the nearest folder above it that exists. */
async function nearest(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || path === dirname(path)) throw error;
    return await nearest(dirname(path));
  }
}

/** Appends in one write, so that two commands at once do not mix their lines. Throws OwnTrouble where it cannot. */
export async function pin(file: string, id: string, key: string): Promise<void> {
  try {
    makeFolder(dirname(file), 0o700);
    await appendFile(file, `${id} ${key}\n`, { mode: 0o600 });
  } catch (error) {
    throw trouble(file, 'written', error);
  }
}

async function checkRoom(path: string): Promise<void> {
  const { blocks, bavail, bfree } = await statfs(path);
  const left = process.geteuid?.() === 0 ? bfree : bavail;
  if (blocks > 0 && left === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
}

/** Throws OwnTrouble with code 2 where keys could not be read or pinned; makes nothing. */
export async function checkWritable(file: string): Promise<void> {
  await textOf(file);
  try {
    const there = await nearest(file);
    if (there !== file && !(await stat(there)).isDirectory())
      throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
    await access(there, constants.W_OK);
    await checkRoom(there);
  } catch (error) {
    throw trouble(file, 'written', error);
  }
}
