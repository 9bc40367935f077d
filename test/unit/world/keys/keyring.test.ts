// F6: how a command logs in: by the key's file, by its passphrase, by a real ssh-agent; and what it says where none does.

import { once } from 'node:events';
import { chmod, mkdir, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OwnTrouble } from '../../../../src/pool/failure.ts';
import { createKeyring, type KeyringPlaces } from '../../../../src/world/keys/keyring.ts';
import { KeyFolder, PASSPHRASE } from './key-ground.ts';

let folder: KeyFolder;
let agent: string;
beforeAll(async () => {
  folder = await KeyFolder.make();
  await folder.keygen('open', '-t', 'ed25519', '-N', '');
  await folder.keygen('locked', '-t', 'ed25519', '-N', PASSPHRASE, '-a', '1');
  await folder.keygen('held', '-t', 'ed25519', '-N', '');
  await folder.keygen('other', '-t', 'ed25519', '-N', '');
  agent = await folder.agent();
  await folder.add(agent, folder.at('held'), folder.at('other'));
  // From now on the agent alone can open it.
  await folder.keygen('held', '-p', '-P', '', '-N', PASSPHRASE, '-a', '1');
});
afterAll(() => folder.end());

/** A person who always types the same. */
const answering = (text: string) => async () => ({ ask: async () => text, end: async () => undefined });

const refusal = async (name: string, places: KeyringPlaces = {}): Promise<string> => {
  const error: unknown = await createKeyring(places)
    .login(folder.at(name))
    .then(
      () => new Error('it did not fail'),
      (reason: unknown) => reason,
    );
  if (!(error instanceof OwnTrouble)) throw error;
  expect(error.code).toBe(2);
  expect(error.message).not.toContain('\n');
  return error.message;
};

describe('F6: a passphrase', () => {
  const asking = (...answers: readonly (string | undefined)[]) => {
    const asked: string[] = [];
    let ends = 0;
    const ask = async (question: string) => {
      asked.push(question);
      return answers[asked.length - 1];
    };
    const end = async () => {
      ends += 1;
    };
    return { asked, ends: () => ends, questions: async () => ({ ask, end }) };
  };

  test('is asked for once, however many nodes are spoken to', async () => {
    const { asked, ends, questions } = asking(PASSPHRASE);
    const keyring = createKeyring({ questions });
    const path = folder.at('locked');
    const logins = await Promise.all([keyring.login(path), keyring.login(path)]);
    logins.push(await keyring.login(path));
    expect(logins.map(({ whole }) => whole?.isPrivateKey())).toEqual([true, true, true]);
    expect([asked, ends()]).toEqual([[`Passphrase of ${path}: `], 1]);
  });

  test('may be mistyped twice', async () => {
    const { asked, ends, questions } = asking('a', 'b', PASSPHRASE);
    expect((await createKeyring({ questions }).login(folder.at('locked'))).whole).toBeDefined();
    expect(asked[2]).toMatch(/^Wrong\. Passphrase of /);
    expect(ends()).toBe(1);
  });

  test('that is wrong three times, or not given, is a refusal in one line that does not hold it', async () => {
    const person = asking('nonsense1', 'nonsense2', 'nonsense3');
    const wrong = await refusal('locked', person);
    expect(person.ends()).toBe(1);
    expect(wrong).toMatch(/^that is not the passphrase of .*locked; run the command again$/);
    expect(await refusal('locked', asking(''))).toMatch(/^no passphrase was given for /);
  });

  test('that nobody can be asked for is a refusal with the ways out', async () => {
    expect(await refusal('locked')).toMatch(
      /has a passphrase, there is no ssh-agent .*no terminal.*ssh-add .*locked\).*ssh-keygen -p -f .*locked$/,
    );
    expect(await refusal('locked', { agentSocket: '' })).toContain('there is no ssh-agent');
  });

  test('of PKCS8 is taken away by openssl, which ssh-keygen cannot', async () => {
    await folder.openssl('p8', 'genpkey', '-algorithm', 'ed25519', '-aes256', '-pass', 'pass:secret');
    expect(await refusal('p8')).toMatch(/openssl pkey -in .*p8 -out /);
  });
});

describe('F6: a real ssh-agent', () => {
  test('that holds the key is used, and nobody is asked', async () => {
    const login = await createKeyring({ agentSocket: agent }).login(folder.at('held'));
    expect(login.method('admin')).toMatchObject({ type: 'agent', username: 'admin' });
  });

  test('is used for a public half, and where the file is gone but for that', async () => {
    for (const name of ['held.pub', 'gone']) {
      if (name === 'gone') await folder.write('gone.pub', await folder.text('other.pub'));
      const login = await createKeyring({ agentSocket: agent }).login(folder.at(name));
      expect([login.method('admin').type, login.whole]).toEqual(['agent', undefined]);
    }
  });

  test('is not needed for a key that is open', async () => {
    const login = await createKeyring({ agentSocket: folder.at('nobody') }).login(folder.at('open'));
    expect(login.method('admin').type).toBe('publickey');
  });

  const useless = [
    ['does not hold it', () => agent, 'the ssh-agent does not hold it'],
    ['is dead', () => folder.at('nobody'), 'does not answer'],
    ['is a file', () => folder.at('open'), 'does not answer'],
    ['hangs', () => folder.at('hanging'), 'does not answer'],
  ] as const;
  test.for(useless)('that %s is told, and the passphrase is asked for', async ([_what, socket, why]) => {
    const hanging = createServer(() => undefined).listen(folder.at('hanging'));
    await once(hanging, 'listening');
    try {
      expect(await refusal('locked', { agentSocket: socket() })).toContain(why);
      const places = { agentSocket: socket(), questions: answering(PASSPHRASE) };
      expect((await createKeyring(places).login(folder.at('locked'))).whole).toBeDefined();
    } finally {
      hanging.close();
    }
  });

  test('that refused to sign is not asked again', async () => {
    const keyring = createKeyring({ agentSocket: agent, questions: answering(PASSPHRASE) });
    expect((await keyring.login(folder.at('held'))).whole).toBeUndefined();
    expect((await keyring.loginByFile(folder.at('held'))).whole).toBeDefined();
    expect((await keyring.login(folder.at('held'))).whole).toBeDefined();
  });
});

describe('F6: a file that is none', () => {
  const cases: readonly (readonly [name: string, make: (path: string) => Promise<unknown>, why: RegExp])[] = [
    ['absent', async () => undefined, /^no private key at .*: set keypair_path, or run npm run dev:setup$/],
    ['folder', (path) => mkdir(path), /is a folder; set keypair_path to the file in it$/],
    ['dangling', (path) => symlink('/nowhere/at/all', path), /is a link to a file that does not exist/],
    ['loop', (path) => symlink('loop', path), /cannot be read \(ELOOP\)/],
    ['open/below', async () => undefined, /cannot be read \(ENOTDIR\)/],
    ['x'.repeat(300), async () => undefined, /cannot be read \(ENAMETOOLONG\)/],
    ['huge', (path) => folder.write('huge', Buffer.alloc(70_000, 'a')).then(() => path), /too big/],
    ['empty', () => folder.write('empty', ''), /empty is empty; /],
    [
      'half.pub',
      async () => folder.write('half.pub', await folder.text('open.pub')),
      /is a public half, and there is no ssh-agent .*; set keypair_path to the private half, .*half$/,
    ],
    [
      'seen by all',
      async (path) => {
        await folder.write('seen by all', await folder.text('open'));
        await chmod(path, 0o644);
      },
      /can be read by others; mend it: chmod 600 /,
    ],
  ];
  test.for(cases)('%s', async ([name, make, why]) => {
    await make(folder.at(name));
    expect(await refusal(name)).toMatch(why);
    if (name.length < 200) await rm(folder.at(name), { recursive: true, force: true }).catch(() => undefined);
  });

  test('/dev/null is not a file', async () => {
    await symlink('/dev/null', folder.at('null'));
    expect(await refusal('null')).toMatch(/null is not a file/);
  });

  test('once it is mended the next question finds the key', async () => {
    const keyring = createKeyring();
    await expect(keyring.login(folder.at('late'))).rejects.toThrow('no private key at');
    await folder.write('late', await folder.text('open'));
    expect((await keyring.login(folder.at('late'))).whole).toBeDefined();
  });
});
