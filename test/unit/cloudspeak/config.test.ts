// pool config: what came out of all settings, and where each came from.
import { expect, test } from 'vitest';
import { SETTING_KEYS } from '../../../src/pool/setting-keys.ts';
import { FakeOutside, speak } from '../fake-world.ts';

const YAML = `
app:
  source: ./web
  command: node server.js
  env: { LEVEL: info, API_KEY: marker-1, db_password: marker-2, DATABASE_URL: 'postgres://me:marker-3@db/x' }
user_data: |
  marker-4
`;

function party(yaml = YAML): FakeOutside {
  const outside = new FakeOutside();
  outside.texts.set('/home/tester/party/pool.yml', yaml);
  return outside;
}

test('row 20: plain lines show every key with its value and source', async () => {
  const { code, stdout } = await speak('pool config --minimum-instances 3 --polling-time 90s', party());
  expect(code).toBe(0);
  expect(stdout.split('\n')).toHaveLength(SETTING_KEYS.length + 1);
  expect(stdout).toContain('\nminimum_instances: 3  # command line\n');
  expect(stdout).toContain('\npolling_time: 90s  # command line\n');
  expect(stdout).toContain('\nkeypair: poolparty  # environment\n');
  expect(stdout).toContain('"source":"/home/tester/party/web"');
  expect(stdout).toContain('\nwarm_up: 90s  # default\n');
  expect(stdout).toContain('\nshared_bucket: null  # default\n');
});

test('the plain lines are a pool.yml that gives the same settings', async () => {
  const first = await speak(
    'pool config',
    party('zones: [us-east-1a]\nfailover: {deadtime: 2s, keepalive: 200ms}\nservices: cron\n'),
  );
  const again = party(first.stdout);
  again.env = {};
  const second = await speak('pool config', again);
  expect(second.stdout.replaceAll(/# .*/g, '')).toBe(first.stdout.replaceAll(/# .*/g, ''));
});

test.for(['pool config', 'pool config --json'])('row 27: %s shows no secret', async (line) => {
  const { stdout } = await speak(line, party());
  expect(stdout).not.toContain('marker');
  expect(stdout).toContain('info');
  expect(stdout).toContain('(9 bytes)');
});

test('row 15: --json is one document', async () => {
  const { stdout } = await speak('pool config --json', party());
  const { file, settings } = JSON.parse(stdout);
  expect(file).toBe('pool.yml');
  expect(Object.keys(settings)).toEqual(SETTING_KEYS);
  expect(settings.minimum_instances).toEqual({ value: 2, source: 'default' });
  expect(settings.region).toEqual({ value: null, source: 'default' });
});

test('on a terminal it is a table that fits; with --plain it is lines again', async () => {
  const outside = party();
  outside.screen.isTerminal = true;
  const { stdout } = await speak('pool config', outside);
  expect(stdout).toContain('┌');
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(
    outside.screen.columns,
  );
  outside.screen.stdout = '';
  expect((await speak('pool config --plain', outside)).stdout).toMatch(/^name: party {2}# environment\n/);
});

test('row 28: it asks nobody: no cloud, no metadata', async () => {
  const outside = party();
  outside.answers = () => {
    throw new Error('something was asked for');
  };
  expect((await speak('pool config', outside)).code).toBe(0);
  expect(outside.settings).toBeUndefined();
});
