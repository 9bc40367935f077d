// The metadata tree lists and answers as EC2's does, and tokens belong to one instance.
import { describe, expect, test } from 'vitest';
import { lookUp } from '../../../../src/local-cloud/metadata/lookup.ts';
import { isValidToken, makeToken } from '../../../../src/local-cloud/metadata/tokens.ts';

const tree = {
  'meta-data': {
    'instance-id': 'i-1',
    'public-ipv4': undefined,
    placement: { region: 'us-east-1' },
    'public-keys': { '0=mine': { 'openssh-key': 'ssh-ed25519 AAAA\n' } },
    secret: () => 'made when asked',
  },
};

describe('a path', () => {
  test.for<[string, string | undefined]>([
    ['meta-data', 'instance-id\nplacement/\npublic-keys/\nsecret'],
    ['meta-data/instance-id', 'i-1'],
    ['meta-data/placement/region', 'us-east-1'],
    ['meta-data/public-keys', '0=mine'],
    ['meta-data/public-keys/0', 'openssh-key'],
    ['meta-data/public-keys/0/openssh-key', 'ssh-ed25519 AAAA\n'],
    ['meta-data/secret', 'made when asked'],
    ['meta-data/public-ipv4', undefined],
    ['meta-data/instance-id/deeper', undefined],
    ['meta-data/constructor', undefined],
  ])('%s', ([path, expected]) => {
    expect(lookUp(tree, path.split('/'))).toBe(expected);
  });
});

test('a token is good for its instance, its cloud and its time', () => {
  const now = new Date('2026-05-31T12:00:00Z');
  const later = new Date(now.getTime() + 61_000);
  const token = makeToken('secret', 'i-1', 60, now);
  expect(isValidToken('secret', 'i-1', token, now)).toBe(true);
  expect(isValidToken('secret', 'i-2', token, now)).toBe(false);
  expect(isValidToken('other', 'i-1', token, now)).toBe(false);
  expect(isValidToken('secret', 'i-1', token, later)).toBe(false);
  expect(isValidToken('secret', 'i-1', 'x', now)).toBe(false);
});
