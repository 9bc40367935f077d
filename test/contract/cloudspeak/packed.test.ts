// The package as somebody gets it: packed, installed by npm into an empty folder, and used from anywhere else.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const exec = promisify(execFile);
const checkout = fileURLToPath(new URL('../../..', import.meta.url));
let folder: string;
let installed: string;
let packed: readonly string[];

/** A copy of what is packed, built anew: npm test's other suites use the checkout's own build at the same time. */
async function sources(): Promise<string> {
  const copy = join(folder, 'sources');
  await mkdir(copy);
  const { files } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8'));
  const names: readonly string[] = ['package.json', 'README.md', ...files];
  for (const name of names.filter((one) => one !== 'dist'))
    await cp(join(checkout, name), join(copy, name), { recursive: true });
  await exec(process.execPath, ['scripts/build.mjs', join(copy, 'dist')], { cwd: checkout });
  return copy;
}

/** The names of all files in a folder, from there. */
async function filesIn(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poolparty-packed-'));
  const copy = await sources();
  const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [{ filename, files }] = JSON.parse((await exec('npm', words, { cwd: copy })).stdout);
  packed = files.map(({ path }: { readonly path: string }) => path);
  await rm(copy, { recursive: true });
  const empty = join(folder, 'empty');
  await mkdir(empty);
  // As somebody types it; what npm has fetched before need not come again.
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
  await exec('npm', ['install', '--prefix', empty, ...quiet, join(folder, filename)], { cwd: folder });
  installed = join(empty, 'node_modules');
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A command from a folder that has nothing to do with it, by a user who has nothing. */
async function speak(command: 'pool' | 'instance', ...words: readonly string[]) {
  return await speakWith({}, command, ...words);
}

async function speakWith(more: NodeJS.ProcessEnv, command: 'pool' | 'instance', ...words: readonly string[]) {
  const home = await mkdtemp(join(folder, 'home-'));
  const env = { PATH: process.env['PATH'], HOME: home, ...more };
  return await exec(join(installed, '.bin', command), [...words], { cwd: home, env });
}

describe('row 80: npm install of the packed package', () => {
  test('brings just what was packed: nothing is made at the install', async () => {
    const there = await filesIn(join(installed, 'poolparty'));
    expect([...there].sort()).toEqual([...packed].sort());
  });

  test('brings every package that stays outside its bundles', async () => {
    const dist = join(installed, 'poolparty', 'dist');
    const { resolve } = createRequire(join(dist, 'pool.js'));
    const texts = await Promise.all((await filesIn(dist)).map((name) => readFile(join(dist, name), 'utf8')));
    const named = texts.flatMap((text) => [...text.matchAll(/^(?:import|\}) .*?"([a-z@][^"]*)";$/gm)]);
    const names = new Set(named.map(([, name = '']) => name).filter((name) => !isBuiltin(name)));
    expect([...names]).toContain('@aws-sdk/client-sts');
    // This one is asked for by other words.
    for (const name of [...names, 'ssh2']) expect(resolve(name)).toContain(installed);
  });

  test.for(['pool', 'instance'] as const)('gives %s, which runs from anywhere', async (command) => {
    const { version } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8'));
    expect((await speak(command, '--version')).stdout).toBe(`${version}\n`);
    expect((await speak(command, '-h')).stdout).toContain(`Usage: ${command} `);
  });

  test('reads its own example', async () => {
    const example = join(installed, 'poolparty', 'examples', 'hello', 'pool.yml');
    const { stdout } = await speak('pool', '-c', example, 'config', '--json');
    expect(JSON.parse(stdout).settings.name).toEqual({ value: 'hello', source: 'file' });
    expect((await speak('pool', 'completion', 'bash')).stdout).toContain('complete ');
  });

  test.for([
    ['HTTPS_PROXY', 'its public address', {}],
    ['HTTP_PROXY', 'http://192.0.2.7', { AWS_ENDPOINT_URL: 'http://192.0.2.7' }],
  ] as const)('F6: goes through the proxy that %s names', async ([name, place, more]) => {
    const own = { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'us-east-1' };
    const env = { ...own, ...more, [name]: 'http://127.0.0.1:9' };
    const { code, stderr } = await speakWith(env, 'pool', 'list').catch((error) => error);
    expect([code, stderr]).toEqual([
      1,
      `pool: EC2 at ${place}, through the proxy http://127.0.0.1:9, does not answer (ECONNREFUSED); look at HTTPS_PROXY (or HTTP_PROXY) and NO_PROXY, then repeat the command\n`,
    ]);
  });

  test('needs nothing that scripts of other packages make at an install', async () => {
    for (const made of ['ssh2/lib/protocol/crypto/build', 'cpu-features/build'])
      await rm(join(installed, made), { recursive: true, force: true });
    const words = ['--eval', 'console.log(typeof require("ssh2").Client)'];
    const { stdout } = await exec(process.execPath, words, { cwd: join(installed, 'poolparty') });
    expect(stdout).toBe('function\n');
  });

  test('tells of the local cloud, which it brings with it', async () => {
    const { stdout } = await speak('pool', 'local', 'fault', 'help');
    expect(stdout).toContain('pool local fault mix --seed N');
    const status = await speak('pool', 'local', 'status', '--json').catch((error) => error);
    expect(JSON.parse(status.stdout)).toMatchObject({ up: false });
  });
});
