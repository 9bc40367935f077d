// The built commands (npm test builds first) as processes: pipes that close, Ctrl-C, what help must not load.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const bin = join(root, 'bin', 'pool');

let folder: string;
let silent: Server;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pool-process-'));
  // An endpoint that takes the connection and never answers.
  silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  silent.close();
  await rm(folder, { recursive: true, force: true });
});

const env = () => ({
  PATH: process.env['PATH'],
  HOME: folder,
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL_EC2: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
  POOL_KEYPAIR_PATH: join(folder, 'key'),
});

/** Starts `pool` and gathers what it says. */
function start(words: readonly string[]) {
  const child = spawn(process.execPath, [bin, ...words], { cwd: folder, env: env() });
  children.push(child);
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    said.stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    said.stderr += String(chunk);
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...said }));
  return { child, ended };
}

test('a reader that goes away is no failure', async () => {
  const script = `set -o pipefail; "$0" "$1" --help | true; echo "code \${PIPESTATUS[0]}"`;
  for (let again = 0; again < 5; again += 1) {
    const output = execFileSync('bash', ['-c', script, process.execPath, bin], {
      env: env(),
      encoding: 'utf8',
    });
    expect(output).toBe('code 0\n');
  }
});

test('row 13: a usage error of the real command is code 2 on stderr', async () => {
  const { code, stdout, stderr } = await start(['strat']).ended;
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('did you mean "start"?');
});

describe('row 37: Ctrl-C while EC2 is silent', () => {
  test('ends with 130, and says that it can be done again', async () => {
    const { child, ended } = start(['list', '--name', 'party']);
    await once(silent, 'connection');
    child.kill('SIGINT');
    const { code, signal, stderr } = await ended;
    expect([code, signal]).toEqual([130, null]);
    expect(stderr).toBe('pool: interrupted; the same command again goes on from here\n');
  });

  test.for(['SIGTERM', 'SIGHUP'] as const)(
    '%s ends it as cleanly: a terminal may be closed',
    async (name) => {
      const { child, ended } = start(['list', '--name', 'party']);
      await once(silent, 'connection');
      child.kill(name);
      expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining('interrupted') });
    },
  );

  test('a second one ends it at once', async () => {
    const { child, ended } = start(['list', '--name', 'party']);
    await once(silent, 'connection');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    const { code, signal, stderr } = await ended;
    expect([code, signal, stderr]).toEqual([130, null, '']);
  });
});

/** What is read before the first word is understood: the static imports of the built command, in bytes. */
async function eager(file: string, seen = new Set<string>()): Promise<number> {
  if (seen.has(file)) return 0;
  seen.add(file);
  const text = await readFile(join(root, 'dist', file), 'utf8');
  let bytes = text.length;
  for (const [, next] of text.matchAll(/import(?:\{[^}]*\}from)?"\.\/([^"]+)"/g))
    bytes += await eager(next ?? '', seen);
  return bytes;
}

test.for(['pool.js', 'instance.js'])(
  '%s loads neither the SDK nor the settings for its help',
  async (file) => {
    const bytes = await eager(file);
    // Less would mean that the imports were not found; the SDK alone is 800 kB.
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(150_000);
  },
);
