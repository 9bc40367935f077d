// Key pairs: made here or brought along, with the fingerprints that EC2 shows for each kind.
import { createHash, createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import ssh2, { type ParsedKey } from 'ssh2';
import { ApiError, invalidValue } from '../api/errors.ts';
import type { KeyPair } from './state.ts';

const generate = promisify(generateKeyPair);

/** Of a public key's text, in characters: one of 16,384 bits has 2,800. */
const LONGEST = 16_384;

type Made = Pick<KeyPair, 'type' | 'fingerprint' | 'publicKey'>;

const colons = (algorithm: string, bytes: Buffer): string =>
  (createHash(algorithm).update(bytes).digest('hex').match(/../g) ?? []).join(':');

const sshDigest = (key: ParsedKey): string =>
  createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '');

function parse(text: string): ParsedKey {
  const key = ssh2.utils.parseKey(text);
  const one = Array.isArray(key) ? key[0] : key;
  if (one instanceof Error || one === undefined)
    throw new ApiError('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
  return one;
}

const line = (key: ParsedKey, comment: string): string =>
  `${key.type} ${key.getPublicSSH().toString('base64')} ${comment}`.trim();

/** Takes a public key in OpenSSH's form. ED25519: SHA-256 of the key; RSA: MD5 of its DER form. */
export function importKey(text: string, comment: string): Made {
  // Nobody should send the half that is secret; and what is very long is no key.
  if (text.length > LONGEST || text.includes('PRIVATE KEY'))
    throw new ApiError('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
  const key = parse(text.trim());
  const publicKey = line(key, comment);
  if (key.type === 'ssh-ed25519') return { type: 'ed25519', publicKey, fingerprint: sshDigest(key) };
  if (key.type !== 'ssh-rsa')
    throw new ApiError('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
  const der = createPublicKey(key.getPublicPEM()).export({ type: 'spki', format: 'der' });
  return { type: 'rsa', publicKey, fingerprint: colons('md5', der) };
}

/** One in some hundreds of the private keys that ssh2 makes cannot be read, by itself or by OpenSSH. */
function makeEd25519(comment: string): Made & { privateKey: string } {
  const { private: privateKey, public: text } = ssh2.utils.generateKeyPairSync('ed25519', { comment });
  if (ssh2.utils.parseKey(privateKey) instanceof Error) return makeEd25519(comment);
  const key = parse(text);
  return { type: 'ed25519', privateKey, publicKey: line(key, comment), fingerprint: sshDigest(key) };
}

/** For a key that EC2 made, the fingerprint is the SHA-1 of the private key's DER form. */
async function makeRsa(comment: string): Promise<Made & { privateKey: string }> {
  // Beside the daemon's other work: such a key may take a second to find.
  const { privateKey } = await generate('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return {
    type: 'rsa',
    privateKey: pem,
    publicKey: line(parse(pem), comment),
    fingerprint: colons('sha1', der),
  };
}

/** Makes a new pair; the private half is returned once and kept nowhere. */
export const makeKey = async (
  type: KeyPair['type'],
  comment: string,
): Promise<Made & { privateKey: string }> =>
  type === 'ed25519' ? makeEd25519(comment) : await makeRsa(comment);

/** "Up to 255 ASCII characters": the name stands behind the key in a file that sshd reads. */
const NAME = /^[\x20-\x7e]{1,255}$/;

/** Throws where the name is none, and InvalidKeyPair.Duplicate where it is taken. */
export function checkNewName(pairs: Readonly<Record<string, KeyPair>>, name: string): void {
  if (!NAME.test(name)) throw invalidValue('KeyName', name, 'It has up to 255 ASCII characters.');
  if (Object.values(pairs).some((pair) => pair.name === name))
    throw new ApiError('InvalidKeyPair.Duplicate', `The keypair '${name}' already exists.`);
}
