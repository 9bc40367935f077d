// F6: what the text of a key's file is, for every kind of file that a person may take for his private key.

import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readKey } from '../../../../src/world/keys/read.ts';
import { KeyFolder, PASSPHRASE } from './key-ground.ts';

let folder: KeyFolder;
beforeAll(async () => {
  folder = await KeyFolder.make();
});
afterAll(() => folder.end());

/** What the same file says without and with its passphrase, and with another. */
const all = async (name: string) => {
  const bytes = Buffer.from(await folder.text(name));
  return [readKey(bytes), readKey(bytes, PASSPHRASE), readKey(bytes, 'another')] as const;
};

type Make = (name: string) => Promise<unknown>;
const openssh =
  (...words: readonly string[]): Make =>
  (name) =>
    folder.keygen(name, ...words);

const OPEN: readonly (readonly [what: string, make: Make, type: string])[] = [
  ['ed25519', openssh('-t', 'ed25519', '-N', ''), 'ssh-ed25519'],
  ['rsa', openssh('-t', 'rsa', '-b', '2048', '-N', ''), 'ssh-rsa'],
  ['ecdsa', openssh('-t', 'ecdsa', '-N', ''), 'ecdsa-sha2-nistp256'],
  ['rsa in PEM, as EC2 makes it', openssh('-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', ''), 'ssh-rsa'],
  ['rsa in PKCS8', openssh('-t', 'rsa', '-b', '2048', '-m', 'PKCS8', '-N', ''), 'ssh-rsa'],
  ['ecdsa in PKCS8', openssh('-t', 'ecdsa', '-m', 'PKCS8', '-N', ''), 'ecdsa-sha2-nistp256'],
  ['ed25519 in PKCS8', (name) => folder.openssl(name, 'genpkey', '-algorithm', 'ed25519'), 'ssh-ed25519'],
];

describe('F6: a key without a passphrase opens machines', () => {
  test.for(OPEN)('%s', async ([what, make, type]) => {
    await make(what);
    const [found] = await all(what);
    expect(found).toMatchObject({ is: 'key', key: { type } });
    if (found.is !== 'key') return;
    const hash = type === 'ssh-ed25519' ? undefined : 'sha256';
    const signed = found.key.sign(Buffer.from('words'), hash);
    const half = ssh2.utils.parseKey(`${type} ${found.key.getPublicSSH().toString('base64')}`);
    if (half instanceof Error || signed instanceof Error) throw half;
    expect(half.verify(Buffer.from('words'), signed, hash)).toBe(true);
  });

  test('a hundred ed25519 keys in PKCS8 are the same keys to OpenSSH’s form, whatever bytes they have', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    for (let turn = 0; turn < 100; turn += 1) {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const found = readKey(Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })));
      const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
      expect(found.is === 'key' && found.key.getPublicSSH().subarray(-32)).toEqual(raw);
    }
  });

  test.for([
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['CR', (text: string) => text.replaceAll('\n', '\r')],
    ['a byte order mark', (text: string) => `\u{feff}${text}`],
    ['spaces before its lines', (text: string) => text.replaceAll(/^/gm, '    ')],
    ['remarks before it', (text: string) => `Bag Attributes\n    friendlyName: x\n${text}`],
    ['no line end at its end', (text: string) => text.trimEnd()],
  ] as const)('with %s', async ([what, change]) => {
    for (const [name, type] of [
      ['ed', 'ed25519'],
      ['pem', 'rsa'],
    ] as const) {
      await folder.keygen(`${name} ${what}`, '-t', type, '-m', 'PEM', '-N', '');
      expect(readKey(Buffer.from(change(await folder.text(`${name} ${what}`))))).toMatchObject({ is: 'key' });
    }
  });
});

/** Few rounds: the test is not about how dear a guess is. */
const secret = ['-a', '1', '-N', PASSPHRASE] as const;
const LOCKED: readonly (readonly [what: string, make: Make, knowsPublicHalf: boolean])[] = [
  ['ed25519 locked', openssh('-t', 'ed25519', ...secret), true],
  ['rsa locked', openssh('-t', 'rsa', '-b', '2048', ...secret), true],
  ['ed25519 locked by gcm', openssh('-t', 'ed25519', '-Z', 'aes256-gcm@openssh.com', ...secret), true],
  ['rsa in PEM locked', openssh('-t', 'rsa', '-b', '2048', '-m', 'PEM', ...secret), false],
  ['rsa in PKCS8 locked', openssh('-t', 'rsa', '-b', '2048', '-m', 'PKCS8', ...secret), false],
  [
    'ed25519 in PKCS8 locked',
    async (name) => {
      await folder.openssl('plain', 'genpkey', '-algorithm', 'ed25519');
      await folder.openssl(
        name,
        'pkey',
        '-in',
        folder.at('plain'),
        '-aes256',
        '-passout',
        `pass:${PASSPHRASE}`,
      );
    },
    false,
  ],
];

describe('F6: a key with a passphrase wants it, and knows a wrong one', () => {
  test.for(LOCKED)('%s', async ([what, make, knows]) => {
    await make(what);
    const [without, right, wrong] = await all(what);
    expect([without.is, right.is, wrong.is]).toEqual(['locked', 'key', 'wrong passphrase']);
    expect(without.is === 'locked' && without.publicHalf !== undefined).toBe(knows);
  });
});

/** OpenSSH's form with a public half of a security key: no such device is needed to write it. */
const securityKey = (): string => {
  const string = (text: string) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, Buffer.from(text)]);
  };
  const half = string(string('sk-ssh-ed25519@openssh.com').toString('latin1'));
  const one = Buffer.from([0, 0, 0, 1]);
  const none = [string('none'), string('none'), string('')];
  const body = Buffer.concat([Buffer.from('openssh-key-v1\0'), ...none, one, half, string('x')]);
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`;
};

const written =
  (content: string | Uint8Array): Make =>
  (name) =>
    folder.write(name, content);

const USELESS: readonly (readonly [what: string, make: Make, why: RegExp, mend: RegExp])[] = [
  ['nothing', written(''), /^is empty$/, /npm run dev:setup/],
  ['line ends alone', written('\n \r\n'), /^is empty$/, /keypair_path/],
  [
    'junk',
    written(Buffer.from([0xff, 7, 200, 1, 0xc3, 9, 13, 10, 255])),
    /^is not a private key$/,
    /keypair_path/,
  ],
  ['some text', written('Dear Sir,\n'), /^is not a private key$/, /keypair_path/],
  [
    'putty.ppk',
    written('PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\nComment: x\r\nPublic-Lines: 2\r\n'),
    /PuTTY/,
    /puttygen .*putty\.ppk -O private-openssh -o .*putty\.pem/,
  ],
  ['a security key', written(securityKey()), /security key/, /ed25519 or RSA/],
  [
    'a security key.pub',
    written('sk-ssh-ed25519@openssh.com AAAAGnNr x\n'),
    /security key/,
    /ed25519 or RSA/,
  ],
  [
    'a cipher that is not known here',
    openssh('-t', 'ed25519', '-Z', 'chacha20-poly1305@openssh.com', ...secret),
    /chacha20/,
    /ssh-keygen -p -Z aes256-ctr -f .*known here$/,
  ],
  [
    'PEM of a public half',
    written('-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n'),
    /public half/,
    /./,
  ],
  [
    'SSH2.pub',
    written('---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n'),
    /public half/,
    /SSH2$/,
  ],
  [
    'cert.pem',
    written('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'),
    /certificate/,
    /private half/,
  ],
  ['id-cert.pub', written('ssh-ed25519-cert-v01@openssh.com AAAAIHNz x\n'), /certificate/, /id$/],
  [
    'PowerShell',
    written(Buffer.from('\u{feff}-----BEGIN RSA PRIVATE KEY-----\n', 'utf16le')),
    /UTF-16/,
    /iconv/,
  ],
  [
    'an answer of EC2',
    written(JSON.stringify({ KeyMaterial: '-----BEGIN RSA PRIVATE KEY-----\nMII\n' })),
    /EC2's whole answer/,
    /jq -r \.KeyMaterial/,
  ],
  [
    'half of one',
    async (name) => {
      await folder.keygen('whole', '-t', 'rsa', '-b', '2048', '-N', '');
      await folder.write(name, (await folder.text('whole')).slice(0, 900));
    },
    /damaged or cut off/,
    /another copy/,
  ],
  [
    'one with its middle missing',
    async (name) => {
      await folder.keygen('whole2', '-t', 'ed25519', '-N', '');
      const lines = (await folder.text('whole2')).split('\n');
      await folder.write(name, lines.filter((_line, at) => at !== 2).join('\n'));
    },
    /damaged or cut off/,
    /another copy/,
  ],
  [
    'PKCS8 that is none',
    written('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'),
    /damaged/,
    /./,
  ],
  ['dsa', (name) => folder.keygen(name, '-t', 'dsa', '-N', ''), /DSA/, /ed25519 or RSA/],
  ['x25519', (name) => folder.openssl(name, 'genpkey', '-algorithm', 'x25519'), /kind/, /ed25519 or RSA/],
];

describe('F6: what opens no machine says why, and how to mend it', () => {
  test.for(USELESS)('%s', async ([what, make, why, mend]) => {
    await make(what);
    const [found] = await all(what);
    if (found.is !== 'unusable') throw new Error(`it is ${found.is}`);
    expect(found.why).toMatch(why);
    expect(found.mend(folder.at(what))).toMatch(mend);
  });

  test('a public half is known as one', async () => {
    await folder.keygen('pair', '-t', 'ed25519', '-N', '');
    expect(readKey(Buffer.from(await folder.text('pair.pub')))).toMatchObject({ is: 'public half' });
  });
});
