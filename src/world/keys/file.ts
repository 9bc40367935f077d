// The private key's file as it is on this machine: a file at all, readable, nobody else's, and a key that can be used.
import { lstat, readFile, stat } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import { ownUsage, type PoolError } from '../../pool/failure.ts';
import { type KeyText, publicHalfAlone, readKey } from './read.ts';

export type KeyFile =
  | { readonly is: 'key'; readonly key: ParsedKey }
  | { readonly is: 'public half' | 'absent'; readonly publicHalf: ParsedKey | undefined }
  | {
      readonly is: 'locked';
      readonly publicHalf: ParsedKey | undefined;
      readonly text: string;
      /** What it is with this passphrase. */
      read(passphrase: string): KeyText;
    };

/** No key is as long, in bytes: whatever else is there is not read. */
const MOST = 64 * 1024;

/** Keys may stand in a file beside other things; a name in the file system may be anything. */
async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw ownUsage(
      `the private key ${path} cannot be read (${code ?? message}); set keypair_path to another`,
    );
  }
}

/** A link that leads nowhere is a mistake of another kind than a missing file. */
async function absent(path: string): Promise<PoolError | undefined> {
  const link = await lstat(path).catch(() => undefined);
  if (link === undefined) return undefined;
  return ownUsage(
    `the private key ${path} is a link to a file that does not exist; set keypair_path to the key itself`,
  );
}

async function contentOf(
  path: string,
): Promise<{ readonly bytes: Buffer; readonly mode: number } | undefined> {
  const found = await statOf(path);
  if (found === undefined) {
    const trouble = await absent(path);
    if (trouble) throw trouble;
    return undefined;
  }
  if (found.isDirectory())
    throw ownUsage(`the private key ${path} is a folder; set keypair_path to the file in it`);
  if (!found.isFile()) throw ownUsage(`the private key ${path} is not a file; set keypair_path to one`);
  if (found.size > MOST) throw ownUsage(`${path} is too big for a private key; set keypair_path to it`);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const mend =
      error.code === 'EACCES' ? `let yourself read it: chmod u+r ${path}, or chown it` : 'mend the disk';
    throw ownUsage(`the private key ${path} cannot be read (${error.code}); ${mend}`);
  });
  return { bytes, mode: found.mode };
}

/** Throws PoolError with code 2, the reason and the mend, where no passphrase and no agent could make it a key. */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const content = await contentOf(path);
  if (content === undefined) return { is: 'absent', publicHalf: undefined };
  const { bytes, mode } = content;
  const found = readKey(bytes);
  if (found.is === 'public half') return { is: 'public half', publicHalf: found.key };
  if (found.is === 'unusable') throw ownUsage(`the private key ${path} ${found.why}; ${found.mend(path)}`);
  if ((mode & 0o077) !== 0)
    throw ownUsage(`the private key ${path} can be read by others; mend it: chmod 600 ${path}`);
  if (found.is === 'key') return found;
  const publicHalf = found.is === 'locked' ? found.publicHalf : undefined;
  const text = bytes.toString('utf8');
  return { is: 'locked', publicHalf, text, read: (passphrase) => readKey(bytes, passphrase) };
}

/** The public half in the file `ssh-keygen` writes beside the private one; undefined where there is none. */
export async function publicHalfBeside(path: string): Promise<ParsedKey | undefined> {
  const bytes = await readFile(`${path}.pub`).catch(() => undefined);
  const found = bytes && readKey(bytes);
  return found?.is === 'public half' ? found.key : undefined;
}

/** What to say where there is no private half and the ssh-agent, for this reason, has none either. */
export function noPrivateHalf(path: string, { is }: KeyFile, why: string): PoolError {
  if (is === 'absent')
    return ownUsage(`no private key at ${path}: set keypair_path, or run npm run dev:setup`);
  return ownUsage(
    `the private key ${path} ${publicHalfAlone.why}, and ${why}; ${publicHalfAlone.mend(path)}`,
  );
}
