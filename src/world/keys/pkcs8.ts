// Private keys in PKCS#8, which neither ssh2 nor every OpenSSH reads: Node does, and writes them in a form that both read.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { ed25519Pem } from './openssh.ts';

/** `locked`: a passphrase is missing. `wrong`: the one given does not open it. */
export type Opened = { readonly pem: string } | 'locked' | 'wrong' | 'damaged' | 'another kind';

/** In the form that every ssh reads, without a passphrase; undefined for what ssh knows no keys of. */
export function inOlderForm(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }).toString();
  if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString();
  if (key.asymmetricKeyType !== 'ed25519') return undefined;
  const { x = '', d = '' } = key.export({ format: 'jwk' });
  return ed25519Pem(Buffer.from(x, 'base64url'), Buffer.from(d, 'base64url'));
}

const isEncrypted = (pem: string): boolean => pem.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----');

export function openPkcs8(pem: string, passphrase: string | undefined): Opened {
  if (isEncrypted(pem) && passphrase === undefined) return 'locked';
  try {
    const older = inOlderForm(createPrivateKey({ key: pem, passphrase: passphrase ?? '' }));
    return older === undefined ? 'another kind' : { pem: older };
  } catch {
    return isEncrypted(pem) ? 'wrong' : 'damaged';
  }
}
