// The fingerprints under which EC2 may know a key (AWS: "Verify the fingerprint of your key pair").
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { ParsedKey } from 'ssh2';

const colons = (algorithm: 'md5' | 'sha1', bytes: Uint8Array): string =>
  (createHash(algorithm).update(bytes).digest('hex').match(/../g) ?? []).join(':');

const der = { format: 'der' as const };

/** An imported key is known by its public half. */
const ofPublicRsa = (key: ParsedKey): string =>
  colons('md5', createPublicKey(key.getPublicPEM()).export({ type: 'spki', ...der }));

/** One that EC2 made is known by its private half. */
const ofPrivateRsa = (key: ParsedKey): string =>
  colons('sha1', createPrivateKey(key.getPrivatePEM()).export({ type: 'pkcs8', ...der }));

const ofOthers = (key: ParsedKey): string => createHash('sha256').update(key.getPublicSSH()).digest('base64');

/** EC2 pads some of them with `=`, ssh-keygen none. */
export const plainFingerprint = (text: string): string => text.replace(/^SHA256:|=+$/g, '');

/** SHA-1, as EC2 shows it of RSA keys that it made itself. */
export const isOfPrivateHalf = (fingerprint: string): boolean => /^(..:){19}..$/.test(fingerprint);

/**
 * Every form in which EC2 may show a key: `key` is its public half, `whole` both, where they are at hand. A pair of RSA
 * that EC2 made is known by its private half alone.
 */
export function keyFingerprints(key: ParsedKey, whole: ParsedKey | undefined): readonly string[] {
  if (key.type !== 'ssh-rsa') return [plainFingerprint(ofOthers(key))];
  return whole ? [ofPublicRsa(key), ofPrivateRsa(whole)] : [ofPublicRsa(key)];
}
