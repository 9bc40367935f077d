// Which place wins: command line, environment, file, defaults.
import { describe, expect, test } from 'vitest';
import { SETTING_KEYS } from '../../../src/pool/setting-keys.ts';
import type { SettingKey } from '../../../src/pool/settings.ts';
import { load } from './given-settings.ts';
import { TABLE } from './settings-table.ts';

/** What the key under test needs beside it. */
const ROOM: Partial<Record<SettingKey, Readonly<Record<string, string>>>> = {
  minimum_instances: { POOL_MAXIMUM_INSTANCES: '10' },
  shared_bucket: { POOL_INSTANCE_PROFILE: 'nodes' },
};

describe('row 20: command line, then environment, then file, then defaults', () => {
  test('the table has every key', () => {
    expect(Object.keys(TABLE)).toEqual(SETTING_KEYS);
  });

  test.for(SETTING_KEYS)('%s', async (key) => {
    const { texts, values, fallback } = TABLE[key];
    const [line, variable, entry] = texts;
    const room = ROOM[key] ?? {};
    const file = `${key}: ${entry}\n`;
    const env = { ...room, [`POOL_${key.toUpperCase()}`]: variable };
    const cases = [
      [{ file, env, options: { [key]: line } }, values[0], 'command line'],
      [{ file, env }, values[1], 'environment'],
      [{ file, env: room }, values[2], 'file'],
      [{ file: '', env: room }, fallback, 'default'],
    ] as const;
    for (const [given, value, source] of cases) {
      const { settings, sources } = await load(given);
      expect([settings[key], sources[key]]).toEqual([value, source]);
    }
  });

  test('an empty variable and an empty entry say nothing', async () => {
    const { sources } = await load({ file: 'size:\nami: ami-1\n', env: { POOL_AMI: '', POOL_SIZE: '' } });
    expect([sources.size, sources.ami]).toEqual(['default', 'file']);
  });

  test('KEYPAIR_NAME and EC2_HOME name the key, AWS_REGION the region; POOL_ comes first', async () => {
    const env = {
      KEYPAIR_NAME: 'mine',
      EC2_HOME: '/keys',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-2',
    };
    expect((await load({ env })).settings).toMatchObject({
      keypair: 'mine',
      keypair_path: '/keys/mine',
      region: 'eu-west-1',
    });
    const named = await load({ env: { ...env, POOL_KEYPAIR: 'other', POOL_REGION: 'us-east-1' } });
    expect(named.settings).toMatchObject({
      keypair: 'other',
      keypair_path: '/keys/other',
      region: 'us-east-1',
    });
    expect((await load({ env, file: 'keypair_path: keys/x' })).settings.keypair_path).toBe(
      '/home/tester/party/keys/x',
    );
  });
});

test('row 22: the defaults', async () => {
  const defaults = Object.entries(TABLE).map(([key, { fallback }]) => [key, fallback]);
  expect((await load({})).settings).toEqual(Object.fromEntries(defaults));
});
