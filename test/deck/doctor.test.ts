// Rows 78 and 79: the doctor and the way in, on real machines: all well, then one fault after the other.
import { chmod, copyFile, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { party } from './ground/party.ts';

const cloud = inject('cloud');
const pool = party(cloud, 'doctor', { POOL_MINIMUM_INSTANCES: '1' });
let open = '';

beforeAll(async () => {
  const folder = await mkdtemp(join(cloud.home, 'doctor-'));
  open = join(folder, 'key');
  await copyFile(join(cloud.home, '.ec2', 'deck'), open);
  await chmod(open, 0o644);
});
afterAll(() => pool.end());

interface Check {
  readonly check: string;
  readonly result: string;
  readonly text: string;
  readonly mend: string | null;
}

/** What the doctor finds with these settings beside the pool's own. */
async function examined(settings: Record<string, string> = {}): Promise<readonly Check[]> {
  const { code, stdout } = await party(cloud, 'doctor', {
    ...pool.env,
    ...settings,
    POOL_NAME: pool.name,
  } as Record<string, string>).pool('doctor', '--json');
  const { ok, checks } = JSON.parse(stdout) as { readonly ok: boolean; readonly checks: readonly Check[] };
  expect(code).toBe(ok ? 0 : 1);
  return checks;
}
const ill = (checks: readonly Check[]) =>
  checks.filter(({ result }) => result === 'failed').map(({ check, mend }) => [check, mend]);

test('row 79: without a pool all is well, and what cannot be asked yet is said', async () => {
  const checks = await examined();
  expect(ill(checks)).toEqual([]);
  expect(checks.filter(({ check }) => check === 'permissions')).toHaveLength(2);
});

test('row 79: with a pool every call may be made, and the caller is let in', async () => {
  expect(await pool.pool('start')).toMatchObject({ code: 0, stderr: '' });
  const checks = await examined();
  expect(ill(checks)).toEqual([]);
  const permissions = checks.filter(({ check }) => check === 'permissions');
  expect(permissions).toEqual([
    expect.objectContaining({ text: expect.stringMatching(/^(\d+) of \1 calls are allowed$/) }),
  ]);
  const told = (name: string) => checks.find(({ check }) => check === name);
  expect(told('ssh')?.text).toMatch(/^you are at [\d.]+, and let in by ssh$/);
  expect(told('shell')).toMatchObject({
    result: 'ok',
    text: expect.stringMatching(/^node0 .* takes \d+ ms/),
  });
  // The dry runs were dry.
  expect((await pool.list()).instances.map(({ state }) => state)).toEqual(['running']);
  const { code, stdout } = await pool.pool('authorize', '--me');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^-- [\d.]+\/32 is let in by ssh already\n$/)]);
}, 180_000);

test('row 79: a .bashrc that sleeps is found by what it costs', async () => {
  await pool.on('0', "sed -i '1i sleep 0.4' ~admin/.bashrc");
  expect(ill(await examined())).toEqual([['shell', expect.stringContaining('~/.bashrc')]]);
  await pool.on('0', 'sed -i 1d ~admin/.bashrc');
});

test.each<[what: string, settings: () => Record<string, string>, check: string, mend: RegExp]>([
  ['a key that others read', () => ({ POOL_KEYPAIR_PATH: open }), 'key file', /chmod 600/],
  ['an image that nobody has', () => ({ POOL_AMI: 'windows-95' }), 'launch', /set ami/],
  ['a profile that nobody has', () => ({ POOL_INSTANCE_PROFILE: 'nobody' }), 'launch', /./],
  [
    'keys that nobody knows',
    () => ({ AWS_ACCESS_KEY_ID: 'AKIAWRONGWRONGWRONG0' }),
    'credentials',
    /AWS_ACCESS_KEY_ID/,
  ],
])('row 79: %s', async (_, settings, check, mend) => {
  expect(ill(await examined(settings()))).toEqual([[check, expect.stringMatching(mend)]]);
});

test('row 79: a cloud that is down', async () => {
  const closed = 'http://127.0.0.1:9';
  expect(ill(await examined({ AWS_ENDPOINT_URL_EC2: closed }))).toEqual([
    ['endpoint', expect.stringContaining('pool local up')],
    ['credentials', expect.stringContaining('pool local up')],
  ]);
});
