// The pool's own known_hosts: one key per instance id, pinned at the first contact.
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** "ssh-ed25519 AAAA…" from the wire form: a length, the type's name, the rest (RFC 4253, section 6.6). */
export function keyLine(wire: Buffer): string {
  const type = wire.toString('ascii', 4, 4 + wire.readUInt32BE(0));
  return `${type} ${wire.toString('base64')}`;
}

/** The key pinned for an instance, or undefined before the first contact. */
export async function pinned(file: string, id: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${id} `));
  return line?.slice(id.length + 1).trim();
}

/** Appends in one write, so that two commands at once do not mix their lines. */
export async function pin(file: string, id: string, key: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await appendFile(file, `${id} ${key}\n`, { mode: 0o600 });
}
