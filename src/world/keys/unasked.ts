// Does OpenSSH read this key's file without asking anybody? It knows fewer forms than we do.
import { spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import type { Login } from './keyring.ts';
import { inOlderForm } from './pkcs8.ts';

const reads = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn('ssh-keygen', ['-y', '-P', '', '-f', path], { stdio: 'ignore' });
    child.once('error', () => resolve(true));
    child.once('close', (code) => resolve(code === 0));
  });

/** The key in a form that OpenSSH reads; undefined where it can read the file itself, or an agent signs. */
export async function openedForSsh(path: string, { whole }: Login): Promise<string | undefined> {
  if (whole === undefined || (await reads(path))) return undefined;
  const pem = whole.getPrivatePEM();
  return pem.includes('OPENSSH PRIVATE KEY') ? pem : inOlderForm(createPrivateKey(pem));
}
