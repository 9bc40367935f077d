import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  authorizedKeysFile,
  HOST_KEY_TAG,
  hostKeyOf,
  isPublicKey,
  keyTags,
  SSH_KEY_TAG,
  trustedKeys,
} from '../../../src/pool/keys.ts';
import { factsOf, instance } from '../built-in.ts';

const key = (end: string): string =>
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'C2tWNp2sVNJEv2rdNtsgw7e+0/9zQx5oJ1mYb3kT8uV'.slice(0, -end.length)}${end}`;
const withKey = (number: number, value: string, more = {}) =>
  instance(number, { tags: { [SSH_KEY_TAG]: value }, ...more });

describe('the keys that every node trusts', () => {
  test('are those of all living nodes that show one, in node order, each once', () => {
    const { pool } = factsOf([
      withKey(3, key('d'), { state: 'pending' }),
      withKey(0, key('a')),
      instance(1),
      withKey(2, key('c')),
      withKey(4, key('a')),
      withKey(5, key('e'), { state: 'shutting-down' }),
      withKey(6, key('f'), { state: 'stopped' }),
    ]);
    expect(trustedKeys(pool.nodes)).toEqual([key('a'), key('c'), key('d')]);
  });

  test.for([
    '',
    'ssh-ed25519',
    `${key('a')} root@node`,
    `${key('a')}\n`,
    `${key('a')}\n${key('b')}`,
    ` ${key('a')}`,
    `command="id" ${key('a')}`,
    `${key('a')}=`,
    key('a').slice(0, -1),
    key('a').replace('ed25519', 'rsa'),
    key('a').replace('AAAAI', 'AAAAJ'),
    `${key('a').slice(0, -9)}$(reboot)`,
    `${key('a').slice(0, -1)}'`,
  ])('%j in a tag is no key', (text) => {
    expect(isPublicKey(text)).toBe(false);
    expect(trustedKeys([withKey(0, text)])).toEqual([]);
    expect(hostKeyOf(instance(0, { tags: { [HOST_KEY_TAG]: text } }))).toBeUndefined();
  });

  test('whatever the tags hold, a line of the file is a comment of ours or a key with our options', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.tuple(fc.constantFrom('', '\n', ' ', '#', '"', "'"), fc.string()).map(([a, b]) => key('a') + a + b),
    );
    fc.assert(
      fc.property(fc.array(hostile), (texts) => {
        const { settings } = factsOf([instance(0)]);
        const nodes = texts.map((text, at) => withKey(at, text));
        const { content } = authorizedKeysFile(settings, nodes);
        for (const line of content.trimEnd().split('\n'))
          expect(line).toMatch(/^(#[ -~]*|restrict,pty ssh-ed25519 [A-Za-z0-9+/]{68} PoolParty)$/);
      }),
    );
  });
});

describe('the file of trusted keys', () => {
  test("is the user's own, beside the one that EC2 fills", () => {
    const { settings } = factsOf([instance(0)], { username: 'ubuntu' });
    expect(authorizedKeysFile(settings, [withKey(0, key('a')), withKey(1, key('b'))])).toMatchObject({
      path: '/home/ubuntu/.ssh/authorized_keys2',
      mode: 0o600,
      owner: 'ubuntu',
      reaction: 'nothing',
      content: `# The nodes of the pool; PoolParty writes this file.\nrestrict,pty ${key('a')} PoolParty\nrestrict,pty ${key('b')} PoolParty\n`,
    });
  });

  test("root's home is /root", () => {
    const { settings } = factsOf([instance(0)], { username: 'root' });
    expect(authorizedKeysFile(settings, []).path).toBe('/root/.ssh/authorized_keys2');
  });
});

describe('the tags of a configured node', () => {
  const own = { sshKey: key('a'), hostKey: key('h') };

  test('are both, then none while they stay the same, then the one that changed', () => {
    const both = { [SSH_KEY_TAG]: key('a'), [HOST_KEY_TAG]: key('h') };
    expect(keyTags(instance(0), own)).toEqual(both);
    expect(keyTags(instance(0, { tags: both }), own)).toEqual({});
    expect(keyTags(instance(0, { tags: both }), { ...own, sshKey: key('b') })).toEqual({
      [SSH_KEY_TAG]: key('b'),
    });
  });

  test('never take what is no key', () => {
    expect(keyTags(instance(0), { sshKey: '', hostKey: `${key('h')} root@node` })).toEqual({});
  });

  test('show the host key that a machine must have', () => {
    expect(hostKeyOf(instance(0, { tags: keyTags(instance(0), own) }))).toBe(key('h'));
    expect(hostKeyOf(instance(0))).toBeUndefined();
  });
});
