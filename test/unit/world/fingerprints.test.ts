// The fingerprint of a private key, in every form in which EC2 may show it: against OpenSSH and the local cloud.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { importKey, makeKey } from '../../../src/local-cloud/model/key-pairs.ts';
import { keyFingerprints, plainFingerprint } from '../../../src/world/fingerprints.ts';

const exec = promisify(execFile);

describe('row 29: a key is known by the fingerprint that EC2 shows', () => {
  test.for(['ed25519', 'rsa'] as const)('%s, made by EC2 and imported', async (type) => {
    const made = makeKey(type, 'test');
    const imported = importKey(made.publicKey, 'test');
    const ours = await keyFingerprints(made.privateKey);
    for (const theirs of [made.fingerprint, imported.fingerprint])
      expect(ours).toContain(plainFingerprint(theirs));
    const another = makeKey(type, 'another');
    expect(ours).not.toContain(plainFingerprint(another.fingerprint));
  });

  test('as ssh-keygen tells it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'poolparty-key-'));
    const path = join(folder, 'key');
    await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
    const { stdout } = await exec('ssh-keygen', ['-l', '-E', 'sha256', '-f', path]);
    const ours = await keyFingerprints(await readFile(path, 'utf8'));
    await rm(folder, { recursive: true });
    expect(ours).toEqual([plainFingerprint(stdout.split(' ')[1] ?? '')]);
  });
});

test.for([
  ['SHA256:abc=', 'abc'],
  ['abc==', 'abc'],
  ['1f:51:ae', '1f:51:ae'],
])('%s is %s', ([text = '', plain]) => {
  expect(plainFingerprint(text)).toBe(plain);
});

test('a key that needs a passphrase, and a text that is no key, tell nothing', async () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
  });
  expect(await keyFingerprints(privateKey)).toEqual([]);
  expect(await keyFingerprints('no key')).toEqual([]);
});
