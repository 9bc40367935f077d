import { expect, test } from 'vitest';
import { settingsFrom, settingsText } from '../../../src/pool/node-settings.ts';
import { defaultsIn } from '../../../src/pool/settings-defaults.ts';
import { app } from '../built-in.ts';

const settings = { ...defaultsIn('/party'), app: app({ env: { ODD: 'a"b\\n' } }), shared_bucket: undefined };

test('a node reads the settings that it was given, and opens other nodes with a key of its own', () => {
  const read = settingsFrom(settingsText({ ...settings, keypair_path: '/home/me/.ec2/key' }));
  const app = settings.app && { ...settings.app, source: '/opt/poolparty/current' };
  expect(read).toEqual({ ...settings, app, keypair_path: '/etc/poolparty/ssh/id_ed25519' });
  expect(settingsText(read)).toBe(settingsText(settings));
});

test("the operator's key, and even its path, stay where they are", () => {
  expect(settingsText({ ...settings, keypair_path: '/home/me/.ec2/key' })).not.toContain('/home/me');
});

test.for(['{"name":', 'null', '{}', '[]'])('settings that are broken: %s', (text) => {
  expect(() => settingsFrom(text)).toThrow(
    /^\/opt\/poolparty\/settings\.json is not what PoolParty wrote \(.+\); write it again: pool configure$/,
  );
});
