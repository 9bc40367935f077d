// The fingerprints under which EC2 may know a private key (AWS: "Verify the fingerprint of your key pair").
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { ParsedKey } from 'ssh2';

const colons = (algorithm: 'md5' | 'sha1', bytes: Uint8Array): string =>
  (createHash(algorithm).update(bytes).digest('hex').match(/../g) ?? []).join(':');

/** An imported key is known by its public half, one that EC2 made by its private half. */
function ofRsa(key: ParsedKey): readonly string[] {
  const half = { format: 'der' as const };
  const publicHalf = createPublicKey(key.getPublicPEM()).export({ type: 'spki', ...half });
  const privateHalf = createPrivateKey(key.getPrivatePEM()).export({ type: 'pkcs8', ...half });
  return [colons('md5', publicHalf), colons('sha1', privateHalf)];
}

const ofOthers = (key: ParsedKey): string => createHash('sha256').update(key.getPublicSSH()).digest('base64');

/** EC2 pads some of them with `=`, ssh-keygen none. */
export const plainFingerprint = (text: string): string => text.replace(/^SHA256:|=+$/g, '');

/** None where the text is no private key that can be read without a passphrase. */
export async function keyFingerprints(text: string): Promise<readonly string[]> {
  const { default: ssh2 } = await import('ssh2');
  const parsed = ssh2.utils.parseKey(text);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || key instanceof Error || !key.isPrivateKey()) return [];
  return key.type === 'ssh-rsa' ? ofRsa(key) : [plainFingerprint(ofOthers(key))];
}
