// The key pair as dev:setup makes and imports it: ed25519, for its owner alone, and never in another's place.
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeKeyPairsCommand } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { servedCloud } from '../local-cloud/cloud.fixture.ts';

/** Each import is a process that loads the SDK, ms. */
const LIMIT = 60_000;
const scripts = new URL('../../../scripts/', import.meta.url).pathname;
let served: Awaited<ReturnType<typeof servedCloud>>;
let folder = '';
beforeAll(async () => {
  served = await servedCloud();
});
afterAll(() => served.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** As dev:setup does it, in a folder of its own. */
function makeKey(name: string): string {
  const text = `set -euo pipefail; source ${scripts}lib.sh; source ${scripts}keys.sh; make_key`;
  const env = { ...process.env, EC2_HOME: join(folder, 'ec2'), KEYPAIR_NAME: name };
  const { status, stderr } = spawnSync('bash', ['-c', text], { env, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return join(folder, 'ec2', name);
}

/** Not in this process's way: it is the server. */
const importKey = (name: string, key: string, ...more: string[]) => importKeyWith({}, name, key, ...more);

const importKeyWith = (
  extra: Readonly<Record<string, string>>,
  name: string,
  key: string,
  ...more: string[]
) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const cloud = { AWS_ENDPOINT_URL_EC2: served.endpoint, AWS_REGION: 'us-east-1', ...extra };
    const env = {
      PATH: process.env['PATH'],
      ...cloud,
      AWS_ACCESS_KEY_ID: 'AKIATEST',
      AWS_SECRET_ACCESS_KEY: 'secret',
    };
    const words = [join(scripts, 'import-key.mjs'), name, `${key}.pub`, ...more];
    execFile(process.execPath, words, { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });

const pairs = async () => (await served.ec2.send(new DescribeKeyPairsCommand({}))).KeyPairs ?? [];

test('the key is ed25519, in a folder and a file for its owner alone, and made once', () => {
  const key = makeKey('one');
  expect(readFileSync(`${key}.pub`, 'utf8')).toMatch(/^ssh-ed25519 /);
  expect([statSync(key).mode & 0o777, statSync(join(folder, 'ec2')).mode & 0o777]).toEqual([0o600, 0o700]);
  const before = readFileSync(key, 'utf8');
  makeKey('one');
  expect(readFileSync(key, 'utf8')).toBe(before);
});

test(
  'it is imported once, with the tag of ours',
  async () => {
    const key = makeKey('two');
    expect(await importKey('two', key)).toEqual({ code: 0, out: '-- Imported key pair two\n', err: '' });
    expect((await importKey('two', key)).out).toBe('-- Key pair two is known to EC2\n');
    expect((await pairs()).find(({ KeyName }) => KeyName === 'two')).toMatchObject({
      KeyType: 'ed25519',
      Tags: [{ Key: 'poolparty:pool', Value: '@all' }],
    });
  },
  LIMIT,
);

test(
  'a pair of that name with another key stays, and the way out is said',
  async () => {
    expect((await importKey('three', makeKey('theirs'))).code).toBe(0);
    const theirs = (await pairs()).find(({ KeyName }) => KeyName === 'three')?.KeyFingerprint;
    const { code, out, err } = await importKey('three', makeKey('ours'));
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(
      `Cannot import the key pair three: EC2's is of another key (${theirs}, and that of `,
    );
    expect(err).toContain('KEYPAIR_NAME=… npm run dev:setup');
    expect((await pairs()).find(({ KeyName }) => KeyName === 'three')?.KeyFingerprint).toBe(theirs);
  },
  LIMIT,
);

test(
  'it goes through the proxy that the environment names',
  async () => {
    const asked: string[] = [];
    const proxy = createServer((incoming, response) => {
      asked.push(`${incoming.method} ${incoming.url}`);
      const { method, headers } = incoming;
      const onward = request(served.endpoint, { method, headers }, (back) => {
        response.writeHead(back.statusCode ?? 0, back.headers);
        back.pipe(response);
      });
      incoming.pipe(onward);
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const { port } = proxy.address() as AddressInfo;
    const away = { AWS_ENDPOINT_URL_EC2: 'http://ec2.example.test', HTTP_PROXY: `http://127.0.0.1:${port}` };
    try {
      expect(await importKeyWith(away, 'five', makeKey('five'))).toEqual({
        code: 0,
        out: '-- Imported key pair five\n',
        err: '',
      });
    } finally {
      proxy.close();
    }
    expect(asked).toEqual(Array(2).fill('POST http://ec2.example.test/'));
  },
  LIMIT,
);

test(
  'F6: what answers in the place of EC2 knows no key',
  async () => {
    const portal = createServer((incoming, response) => {
      incoming.resume().on('end', () => response.end('<html><body>Please log in</body></html>'));
    });
    await once(portal.listen(0, '127.0.0.1'), 'listening');
    const { port } = portal.address() as AddressInfo;
    const away = { AWS_ENDPOINT_URL_EC2: `http://127.0.0.1:${port}` };
    expect(await importKeyWith(away, 'six', makeKey('six'))).toMatchObject({
      ...{ code: 1, out: '' },
      err: 'Cannot import the key pair six: what answers is not EC2: HTTP 200 with an HTML page\n',
    });
    portal.close();
  },
  LIMIT,
);
