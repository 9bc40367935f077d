// What the text of a key's file is: a key that opens machines, one that wants a passphrase, its public half, or none, and why.
import ssh2, { type ParsedKey } from 'ssh2';
import { headerOf } from './openssh.ts';
import { openPkcs8 } from './pkcs8.ts';

export type KeyText =
  | { readonly is: 'key'; readonly key: ParsedKey }
  /** It wants a passphrase; the public half where it can be read without. */
  | { readonly is: 'locked'; readonly publicHalf: ParsedKey | undefined }
  | { readonly is: 'wrong passphrase' }
  | { readonly is: 'public half'; readonly key: ParsedKey }
  /** `why` follows the file's name; `mend` is what to do about the file at `path`. */
  | { readonly is: 'unusable'; readonly why: string; readonly mend: (path: string) => string };

type Unusable = Extract<KeyText, { is: 'unusable' }>;

const unusable = (why: string, mend: Unusable['mend']): Unusable => ({ is: 'unusable', why, mend });

const another = (): string => 'set keypair_path to the private key, or make one: npm run dev:setup';

const DAMAGED = unusable(
  'is damaged or cut off',
  () => 'take another copy of it, or make a new key pair: npm run dev:setup',
);

const PUBLIC = unusable(
  'is a public half',
  (path) =>
    `set keypair_path to the private half, ${/\.pub$/.test(path) ? path.replace(/(-cert)?\.pub$/, '') : 'which ssh-keygen writes beside it'}`,
);

const CERTIFICATE: Unusable = { ...PUBLIC, why: 'is a certificate, which machines of EC2 do not know' };

const PUTTY = unusable(
  "is in PuTTY's own form",
  (path) =>
    `write it in OpenSSH's: puttygen ${path} -O private-openssh -o ${path.replace(/\.ppk$/i, '')}.pem, and set keypair_path to that`,
);

const SECURITY_KEY = unusable(
  'is the handle of a security key (sk), which EC2 does not take',
  () => 'set keypair_path to an ed25519 or RSA key, or make one: npm run dev:setup',
);

const DSA: Unusable = { ...SECURITY_KEY, why: 'is a DSA key, which neither EC2 nor sshd takes any more' };

const OTHER_KIND: Unusable = { ...SECURITY_KEY, why: 'is a key of a kind that ssh does not know' };

const CIPHER = (cipher: string): Unusable =>
  unusable(
    `is encrypted with ${cipher}, which cannot be read here`,
    (path) => `encrypt it otherwise: ssh-keygen -p -Z aes256-ctr -f ${path}`,
  );

/** What somebody may take for a private key, by how it begins; the first that fits is told. */
const STRANGERS: readonly (readonly [RegExp, Unusable])[] = [
  [/^$/, unusable('is empty', another)],
  [/^PuTTY-User-Key-File-/, PUTTY],
  [
    /^[\u{fffd}\0]{2}|^.\0/u,
    unusable(
      'is in UTF-16, as PowerShell writes files',
      (path) => `write it in UTF-8: iconv -f UTF-16 -t UTF-8 ${path} >${path}.pem; chmod 600 ${path}.pem`,
    ),
  ],
  [
    /^\{[\s\S]*"KeyMaterial"/,
    unusable(
      "is EC2's whole answer",
      (path) => `keep the key alone: jq -r .KeyMaterial ${path} >${path}.pem; chmod 600 ${path}.pem`,
    ),
  ],
  [/^sk-(ssh|ecdsa)-\S+ AAAA/, SECURITY_KEY],
  [/^\S+-cert-v0\d@openssh\.com AAAA|-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/, CERTIFICATE],
  [/-----BEGIN (RSA )?PUBLIC KEY-----|^---- BEGIN SSH2 PUBLIC KEY|^(ssh|ecdsa)-\S+ AAAA/, PUBLIC],
  [/-----BEGIN .*PRIVATE KEY/, DAMAGED],
];

const stranger = (text: string): Unusable =>
  STRANGERS.find(([how]) => how.test(text))?.[1] ?? unusable('is not a private key', another);

/** As the key's own reader wants it: line ends of every system, and spaces around lines, are none of the key's. */
const tidy = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .join('\n')
    .trim();

/** The first private key in a text that may hold a certificate, parameters or remarks beside it. */
const privateBlock = (text: string): string | undefined =>
  text.match(/-----BEGIN ([A-Z]+ )?PRIVATE KEY-----\n[\s\S]+?\n-----END \1?PRIVATE KEY-----/)?.[0];

/** ssh2's reader throws on some of what it cannot read. */
function parsed(text: string | Buffer, passphrase?: string): ParsedKey | Error {
  try {
    const found: unknown = ssh2.utils.parseKey(text, passphrase);
    return (Array.isArray(found) ? found[0] : found) as ParsedKey | Error;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The public half in its wire form. */
function parsedWire(wire: Buffer | undefined): ParsedKey | undefined {
  const key = wire && parsed(wire);
  return key instanceof Error ? undefined : key;
}

/** Both halves are there: is it of a kind that opens a machine of EC2's? */
const usable = (key: ParsedKey): KeyText => (key.type === 'ssh-dss' ? DSA : { is: 'key', key });

function failed(error: Error, text: string, passphrase: string | undefined): KeyText {
  if (/no passphrase given/.test(error.message))
    return { is: 'locked', publicHalf: parsedWire(headerOf(text)?.publicHalf) };
  if (/^Unsupported cipher/.test(error.message)) return CIPHER('a cipher of its own');
  return passphrase === undefined ? stranger(text) : { is: 'wrong passphrase' };
}

function openSsh(text: string): KeyText | undefined {
  const header = headerOf(text);
  if (header === undefined) return DAMAGED;
  if (header.type.startsWith('sk-')) return SECURITY_KEY;
  if (header.cipher.startsWith('chacha20')) return CIPHER(header.cipher);
  return undefined;
}

function pkcs8(text: string, passphrase: string | undefined): KeyText {
  const opened = openPkcs8(text, passphrase);
  if (opened === 'locked') return { is: 'locked', publicHalf: undefined };
  if (opened === 'wrong') return { is: 'wrong passphrase' };
  if (opened === 'damaged') return DAMAGED;
  return opened === 'another kind' ? OTHER_KIND : ofBlock(opened.pem, undefined);
}

function ofBlock(text: string, passphrase: string | undefined): KeyText {
  if (/^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text)) return pkcs8(text, passphrase);
  const refused = text.startsWith('-----BEGIN OPENSSH') ? openSsh(text) : undefined;
  if (refused) return refused;
  const key = parsed(text, passphrase);
  return key instanceof Error ? failed(key, text, passphrase) : usable(key);
}

/** A text without a private key in PEM: a key of PuTTY's older form, a public half, or something else. */
function ofOther(text: string, passphrase: string | undefined): KeyText {
  const key = parsed(text, passphrase);
  if (key instanceof Error) return failed(key, text, passphrase);
  if (key.isPrivateKey()) return usable(key);
  return /-cert-v/.test(key.type) || text.includes('-cert-v0') ? CERTIFICATE : { is: 'public half', key };
}

/** What a file of a key says, with this passphrase where it has one. */
export function readKey(bytes: Uint8Array, passphrase?: string): KeyText {
  const text = tidy(Buffer.from(bytes).toString('utf8'));
  const block = privateBlock(text);
  return block === undefined ? ofOther(text, passphrase) : ofBlock(block, passphrase);
}

/** What to say of a public half that no agent has the other half of. */
export const publicHalfAlone = PUBLIC;
