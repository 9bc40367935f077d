// The keys file as people get it: written by the real script, sourced by a real bash.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = new URL('../../../scripts/write-keys.mjs', import.meta.url).pathname;
const local: Record<string, string> = {
  AWS_ACCESS_KEY_ID: 'AKIA',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ENDPOINT_URL_EC2: 'http://192.0.2.1:8000',
  AWS_ENDPOINT_URL_S3: 'http://192.0.2.1:8001',
  AWS_ENDPOINT_URL_STS: 'http://192.0.2.1:8000',
  KEYPAIR_NAME: 'poolparty',
  EC2_HOME: '/home/you/.ec2',
  POOL_AMI: 'poolparty',
  POOL_INSTANCE_PROFILE: 'poolparty',
};
const aws: Record<string, string> = {
  AWS_PROFILE: 'me',
  AWS_REGION: 'eu-west-1',
  AWS_DEFAULT_REGION: 'eu-west-1',
};
const foreign = 'export AWS_PROFILE=mine\n';

let home = '';
let file = '';
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'keys-')));
  file = join(home, '.pool_keys');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(
  values: Record<string, string>,
  ...options: string[]
): { code: number | null; out: string; err: string } {
  const env = { PATH: process.env['PATH'], ...values };
  const words = [script, file, ...options, ...Object.keys(values)];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8', input: '' });
  return { code: status, out: stdout, err: stderr };
}

/** What a strict bash has in its environment after sourcing the file. */
function sourced(before: Record<string, string> = {}): Record<string, string> {
  const words = ['-euc', 'source "$0" && env -0', file];
  const { stdout } = spawnSync('bash', words, {
    env: { PATH: process.env['PATH'], ...before },
    encoding: 'utf8',
  });
  const pairs = stdout.split('\0').filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

test('row 26: the file is readable by its owner alone, and its real path is printed', () => {
  expect(write(local)).toEqual({ code: 0, out: `-- Wrote keys file: ${file}\n`, err: '' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('sourced by a strict bash it exports everything that the local cloud needs', () => {
  write(local);
  expect(sourced()).toMatchObject(local);
});

test('row 26: odd characters survive the quoting', () => {
  const odd = { ...local, AWS_SECRET_ACCESS_KEY: `a'b"c$HOME\`id\`\\ !#;&|\n(é)*?~ $(id)` };
  write(odd);
  expect(sourced()).toMatchObject(odd);
});

test('row 26: a file of somebody else is left as it is, and how to write over it is said', () => {
  writeFileSync(file, foreign);
  const { code, err } = write(local);
  expect(code).toBe(0);
  expect(err).toContain(`Left ${file} as it is`);
  expect(err).toContain('npm run dev:setup -- --yes');
  expect(readFileSync(file, 'utf8')).toBe(foreign);
});

test('row 26: a file of ours that somebody changed is left as it is', () => {
  write(local);
  const changed = readFileSync(file, 'utf8').replace('AKIA', 'MINE');
  writeFileSync(file, changed);
  expect(write({ ...local, AWS_REGION: 'us-west-2' }).err).toContain('not as we wrote it');
  expect(readFileSync(file, 'utf8')).toBe(changed);
});

test('row 26: with --yes it is written over, and closed to others', () => {
  writeFileSync(file, foreign, { mode: 0o644 });
  expect(write(local, '--yes').code).toBe(0);
  expect(sourced()).toMatchObject(local);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.for([
  ['y\n', 'us-west-2'],
  ['\n', undefined],
] as const)('row 26: on a terminal it asks, and answered %j does so', ([answer, region]) => {
  writeFileSync(file, foreign);
  const command = [process.execPath, script, file, 'AWS_REGION'].join(' ');
  const env = { PATH: process.env['PATH'], AWS_REGION: 'us-west-2' };
  const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    env,
    encoding: 'utf8',
    input: answer,
  });
  expect(stdout).toContain('Write over it? [y/N]');
  expect(sourced()['AWS_REGION']).toBe(region);
});

test('a file of ours follows the local cloud to another address without a question', () => {
  write(local);
  const moved = { ...local, AWS_ENDPOINT_URL_EC2: 'http://192.0.2.9:8000' };
  expect(write(moved).out).toContain('Wrote keys file');
  expect(sourced()).toMatchObject(moved);
});

test('a file of ours does not change from one cloud to another without a question', () => {
  write(aws);
  expect(write(local).err).toContain('points at another cloud (aws)');
  expect(sourced()).toMatchObject(aws);
});

test('nothing changes when nothing is new, but the mode is mended', () => {
  write(local);
  chmodSync(file, 0o644);
  expect(write(local).out).toBe(`-- Keys file is up to date: ${file}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('row 26: a link is followed, and the real path is printed', () => {
  const real = join(home, 'real');
  writeFileSync(real, foreign);
  symlinkSync(real, file);
  expect(write(local, '--yes').out).toBe(`-- Wrote keys file: ${real}\n`);
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(sourced()).toMatchObject(local);
});

test('sourced after another cloud it leaves nothing of that one behind', () => {
  write(aws);
  const after = sourced({ ...local, AWS_SESSION_TOKEN: 't', AWS_ENDPOINT_URL: 'http://192.0.2.1' });
  expect(
    Object.keys(after)
      .filter((name) => /^(AWS_|POOL_)/.test(name))
      .sort(),
  ).toEqual(Object.keys(aws).sort());
});

test('a value that is not there is an error that names it', () => {
  const { status, stderr } = spawnSync(process.execPath, [script, file, 'AWS_REGION'], {
    env: {},
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([1, `Cannot write the keys file ${file}: AWS_REGION is not set\n`]);
});
