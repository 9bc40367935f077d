// Key pairs have the fingerprints that EC2 shows, and both halves belong together.
import { createHash } from 'node:crypto';
import ssh2, { type ParsedKey } from 'ssh2';
import { describe, expect, test } from 'vitest';
import { importKey, makeKey } from '../../../../src/local-cloud/model/key-pairs.ts';

const parse = (text: string) => ssh2.utils.parseKey(text) as ParsedKey;

describe.for(['ed25519', 'rsa'] as const)('a pair of type %s', (type) => {
  test('signs with the half that is returned what the other half verifies', async () => {
    const { privateKey, publicKey } = await makeKey(type, 'mine');
    const signature = parse(privateKey).sign('text');
    expect(parse(publicKey).verify('text', signature)).toBe(true);
    expect(publicKey.endsWith(' mine')).toBe(true);
  });

  test('keeps its public half when it is imported', async () => {
    const made = await makeKey(type, 'mine');
    expect(importKey(made.publicKey, 'mine').publicKey).toBe(made.publicKey);
  });
});

test('the fingerprint of an ed25519 key is the one ssh-keygen prints', async () => {
  const { publicKey, fingerprint } = await makeKey('ed25519', 'mine');
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  expect(fingerprint).toBe(createHash('sha256').update(blob).digest('base64').replace(/=$/, ''));
});

test('what is no public key is refused', () => {
  expect(() => importKey('hello', 'mine')).toThrow(expect.objectContaining({ code: 'InvalidKey.Format' }));
});
