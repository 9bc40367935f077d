// The fingerprint of a private key, in every form in which EC2 may show it: against OpenSSH and the local cloud.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { importKey, makeKey } from '../../../../src/local-cloud/model/key-pairs.ts';
import {
  isOfPrivateHalf,
  keyFingerprints,
  plainFingerprint,
} from '../../../../src/world/keys/fingerprints.ts';
import { readKey } from '../../../../src/world/keys/read.ts';

const exec = promisify(execFile);

function keyOf(text: string) {
  const found = readKey(Buffer.from(text));
  if (found.is !== 'key') throw new Error(`it is ${found.is}`);
  return found.key;
}

describe('row 29: a key is known by the fingerprint that EC2 shows', () => {
  test.for(['ed25519', 'rsa'] as const)('%s, made by EC2 and imported', async (type) => {
    const made = await makeKey(type, 'test');
    const imported = importKey(made.publicKey, 'test');
    const key = keyOf(made.privateKey);
    for (const theirs of [made.fingerprint, imported.fingerprint])
      expect(keyFingerprints(key, key)).toContain(plainFingerprint(theirs));
    const another = await makeKey(type, 'another');
    expect(keyFingerprints(key, key)).not.toContain(plainFingerprint(another.fingerprint));
  });

  test('of RSA, the public half alone tells what EC2 shows of an imported pair, and not what of one of its own', async () => {
    const made = await makeKey('rsa', 'test');
    const ours = keyFingerprints(keyOf(made.privateKey), undefined);
    expect(ours).toEqual([importKey(made.publicKey, 'test').fingerprint]);
    expect([ours.some(isOfPrivateHalf), isOfPrivateHalf(made.fingerprint)]).toEqual([false, true]);
  });

  test('as ssh-keygen tells it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'poolparty-key-'));
    const path = join(folder, 'key');
    await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
    const { stdout } = await exec('ssh-keygen', ['-l', '-E', 'sha256', '-f', path]);
    const ours = keyFingerprints(keyOf(await readFile(path, 'utf8')), undefined);
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
