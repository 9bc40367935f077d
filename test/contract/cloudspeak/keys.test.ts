// F6: the built commands with keys that cannot be used, and with a passphrase on a real terminal.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeyFolder } from '../../unit/world/keys/key-ground.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const bin = join(root, 'bin', 'pool');
const SECRET = 'a very secret phrase';

let folder: KeyFolder;
let ec2: Server;
let calls = 0;
beforeAll(async () => {
  folder = await KeyFolder.make();
  // It takes each connection and ends it: whoever gets as far has found its key good.
  ec2 = createServer((socket) => {
    calls += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(ec2, 'listening');
  await folder.keygen('open', '-t', 'ed25519', '-N', '');
  await folder.keygen('locked', '-t', 'ed25519', '-N', SECRET, '-a', '1');
  // Each passphrase takes long to be tried.
  await folder.keygen('slow', '-t', 'ed25519', '-N', SECRET, '-a', '32');
  await folder.write('empty', '');
  await folder.write('putty.ppk', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n');
  await folder.write('junk', Buffer.from([1, 2, 255, 254, 0, 10, 7]));
});
afterAll(async () => {
  ec2.close();
  await folder.end();
});

const env = (key: string, over: Record<string, string> = {}) => ({
  PATH: process.env['PATH'],
  HOME: folder.path,
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL_EC2: `http://127.0.0.1:${(ec2.address() as AddressInfo).port}`,
  POOL_NAME: 'party',
  POOL_KEYPAIR: 'party',
  POOL_KEYPAIR_PATH: folder.at(key),
  ...over,
});

/** What is typed when the terminal shows this; undefined for nothing. */
type Typist = (shown: string) => string | undefined;

/** Types the same whenever it is asked for a passphrase. */
const always =
  (typed: string): Typist =>
  (shown) =>
    shown.endsWith(': ') ? typed : undefined;

/** Runs a program on whose terminal somebody types. */
async function run(program: string, words: readonly string[], env: NodeJS.ProcessEnv, typed?: Typist) {
  // A session of its own: a terminal of whoever runs the tests is not this command's.
  const child = spawn(program, [...words], { cwd: folder.path, env, detached: true });
  const begun = Date.now();
  const said = { stdout: '', stderr: '' };
  child.stderr.on('data', (chunk) => {
    said.stderr += String(chunk);
  });
  child.stdout.on('data', (chunk) => {
    said.stdout += String(chunk);
    const keys = typed?.(said.stdout);
    if (keys !== undefined) child.stdin.write(keys);
  });
  if (typed === undefined) child.stdin.end();
  const [code] = await once(child, 'close');
  return { code, ms: Date.now() - begun, ...said };
}

const pool = (word: string, key: string, over?: Record<string, string>) =>
  run(process.execPath, [bin, word], env(key, over));

describe('F6: a key that cannot be used is code 2 within 2 s, and EC2 is not asked', () => {
  const ill = [
    ['absent', /no private key at .*npm run dev:setup/],
    ['empty', /is empty/],
    ['junk', /is not a private key/],
    ['putty.ppk', /puttygen .* -O private-openssh/],
    ['open.pub', /is a public half, .*set keypair_path to the private half, .*open$/m],
    ['locked', /has a passphrase, .*ssh-add .*ssh-keygen -p -f /],
  ] as const;
  test.for(ill.flatMap(([key, line]) => [['start', key, line] as const, ['plan', key, line] as const]))(
    'pool %s, %s',
    async ([word, key, line]) => {
      const before = calls;
      const { code, stdout, stderr, ms } = await pool(word, key);
      expect([code, stdout, calls - before]).toEqual([2, '', 0]);
      expect(stderr).toMatch(line);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(ms).toBeLessThan(2_000);
    },
  );

  test('pool doctor says the same', async () => {
    const { stdout } = await pool('doctor', 'putty.ppk');
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/✗ key file .*puttygen/);
  });

  test('nor where the nodes’ host keys cannot be kept', async () => {
    await mkdir(folder.at('home'));
    await folder.write('home/.poolparty', '');
    const { code, stderr } = await pool('start', 'open', { HOME: folder.at('home') });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/known_hosts, which cannot be .*\(ENOTDIR\)/)]);
    await rm(folder.at('home'), { recursive: true });
  });

  test('nor for an endpoint that is no URL', async () => {
    const { code, stderr } = await pool('list', 'open', { AWS_ENDPOINT_URL_EC2: 'localhost:4566' });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^pool: AWS_ENDPOINT_URL_EC2 is "localhost:4566"/),
    ]);
  });
});

describe('F6: a passphrase on a terminal', () => {
  /** In a pseudo-terminal of its own, which mixes both streams. */
  const onTerminal = (command: string, key: string, typist: Typist) =>
    run('script', ['--quiet', '--return', '--command', command, '/dev/null'], env(key), typist);
  const command = `'${process.execPath}' '${bin}'`;
  const typed = (keys: string, words = 'plan') =>
    onTerminal(`exec ${command} ${words}`, 'locked', always(keys));

  test('is asked for and not shown, and the command goes on', async () => {
    const before = calls;
    const { code, stdout } = await typed(`${SECRET}\r`);
    expect(stdout).toMatch(/^Passphrase of .*locked: \r\npool: EC2 at /);
    expect(stdout).not.toContain(SECRET);
    expect([code, calls > before]).toEqual([2, true]);
  });

  test('is asked for where standard input and output are joined to others', async () => {
    const { stdout } = await typed(`${SECRET}\r`, 'plan --json </dev/null | cat');
    expect(stdout).toMatch(/^Passphrase of .*locked: \r\npool: EC2 at /);
  });

  test('that is wrong three times is code 2', async () => {
    const before = calls;
    const { code, stdout } = await typed('wrong\r');
    expect(stdout.match(/Passphrase of/g)).toHaveLength(3);
    expect(stdout).toMatch(/pool: that is not the passphrase of .*locked; run the command again\r\n$/);
    expect([code, calls - before]).toEqual([2, 0]);
  });

  test('is left with Ctrl-C', async () => {
    const { code, stdout } = await typed('\u0003');
    expect([code, stdout]).toEqual([130, expect.stringContaining('pool: interrupted')]);
  });

  describe('what is typed while the last one is being tried', { timeout: 20_000 }, () => {
    /** Types the first when asked, and the second as soon as the first was taken: that one takes long to be tried. */
    const meanwhile = (first: string, second: string): Typist => {
      const keys = [first, second];
      return (shown) => (/: (\r\n)?$/.test(shown) ? keys.shift() : undefined);
    };
    const plan = `${command} plan; echo "code $?"; stty -a`;
    const givenBack = expect.stringMatching(/\bisig icanon iexten echo /);

    test('stays unseen, and answers the next question', async () => {
      const keys = meanwhile('wrong1\r', `${SECRET}\r`);
      const { stdout } = await onTerminal(plan, 'slow', keys);
      expect(stdout).toMatch(
        /^Passphrase of .*: \r\nWrong\. Passphrase of .*: \r\npool: EC2 at .*\r\ncode 2\r\n/,
      );
      expect(stdout).not.toContain(SECRET);
      expect(stdout).toEqual(givenBack);
    });

    test('stays unseen where the third is wrong too', async () => {
      const { stdout } = await onTerminal(plan, 'slow', meanwhile('wrong1\r', 'wrong2\rwrong3\r'));
      expect(stdout).toMatch(/that is not the passphrase of .*\r\ncode 2\r\n/);
      expect(stdout).not.toContain('wrong');
      expect(stdout).toEqual(givenBack);
    });

    test.for([
      ['a wrong one', 'wrong1\r'],
      ['the right one', `${SECRET}\r`],
    ])('Ctrl-C while %s is being tried', async ([, first = '']) => {
      const { stdout } = await onTerminal(plan, 'slow', meanwhile(first, '\u0003'));
      expect(stdout).toMatch(/pool: interrupted.*\r\ncode 130\r\n/);
      expect(stdout).toEqual(givenBack);
    });

    test('stays unseen after Ctrl-Z where no shell stops the command', async () => {
      const keys = [`a very sec\u001a`, `ret phrase\r`];
      // The question is asked again, as after every stop.
      const { stdout } = await onTerminal(`exec ${command} plan`, 'locked', (shown) =>
        shown.endsWith(': ') ? keys.shift() : undefined,
      );
      expect(stdout).toMatch(/: (\r\n)?Passphrase of .*: \r\npool: EC2 at /);
      expect(stdout).not.toMatch(/sec|ret/);
    });
  });
});
