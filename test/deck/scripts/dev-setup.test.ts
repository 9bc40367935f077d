// `npm run dev:setup` in a home of its own, as on a fresh machine: a local cloud, a key pair, a keys file.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url).pathname;
let home = '';

/** A bash in that home, in whose environment nothing says where a cloud is. */
function bash(commands: string): { code: number | null; out: string } {
  const env = { PATH: process.env['PATH'], HOME: home };
  const { status, stdout } = spawnSync('bash', ['-euc', commands], {
    cwd: root,
    env,
    encoding: 'utf8',
    input: '',
  });
  return { code: status, out: stdout };
}

beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'home-')));
});
afterAll(() => {
  bash('node bin/pool local down');
  rmSync(home, { recursive: true, force: true });
});

test('row 25: the keys file that dev:setup writes makes `pool list` work', () => {
  const { code, out } = bash('bash scripts/dev-setup.sh');
  expect(code).toBe(0);
  expect(out).toContain(`-- Wrote keys file: ${home}/.pool_keys`);
  expect(statSync(join(home, '.pool_keys')).mode & 0o777).toBe(0o600);
  const list = 'source ~/.pool_keys; node bin/pool -c examples/hello/pool.yml list';
  expect(bash(list)).toEqual({ code: 0, out: 'Cloud is not running\n' });
});

test('row 25: run again it changes nothing', () => {
  const before = readFileSync(join(home, '.pool_keys'), 'utf8');
  const { code, out } = bash('bash scripts/dev-setup.sh');
  expect(code).toBe(0);
  expect(out).toContain('-- Key pair poolparty is known to EC2');
  expect(out).toContain('-- Keys file is up to date');
  expect(readFileSync(join(home, '.pool_keys'), 'utf8')).toBe(before);
});

test('a key pair made anew replaces the one that the local cloud knew', () => {
  rmSync(join(home, '.ec2'), { recursive: true });
  expect(bash('bash scripts/dev-setup.sh').out).toContain('-- Imported key pair poolparty');
});
