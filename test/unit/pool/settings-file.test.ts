// Which file the settings come from, and what a folder's name makes of a pool's.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { nameFromFolder } from '../../../src/pool/settings-defaults.ts';
import { load, problems } from './given-settings.ts';

test('the example is a pool.yml without a mistake, and says whole what it serves', async () => {
  const example = fileURLToPath(new URL('../../../examples/hello/pool.yml', import.meta.url));
  const { settings, sources } = await load({ file: await readFile(example, 'utf8') });
  expect(settings).toMatchObject({
    name: 'hello',
    host_port: 80,
    client_port: 8001,
    app: { health: '/health' },
  });
  expect(sources.app).toBe('file');
});

describe('which file is read', () => {
  test('-c, then CONFIG_FILE, then pool.yml', async () => {
    const env = { CONFIG_FILE: '/elsewhere/other.yml' };
    const file = 'size: t3.nano';
    expect(await load({ file, env, asked: 'pool.yml' })).toMatchObject({
      file: 'pool.yml',
      folder: '/home/tester/party',
    });
    expect(await load({ file, env })).toMatchObject({ file: '/elsewhere/other.yml', folder: '/elsewhere' });
    expect(await load({ file })).toMatchObject({ file: 'pool.yml' });
    expect(await load({})).toMatchObject({ file: undefined, folder: '/home/tester/party' });
  });

  test('a file that was named must be there', async () => {
    expect(await problems({ asked: 'nope.yml' })).toEqual([
      'nope.yml: there is no such file; -c must name a pool.yml that can be read',
    ]);
    expect((await problems({ env: { CONFIG_FILE: 'nope.yml' } }))[0]).toContain('CONFIG_FILE must name');
  });

  test('where the pool must be named, a folder is not enough', async () => {
    expect((await problems({ mustBeNamed: true }))[0]).toContain(
      'there is no pool.yml here; go to its folder, name it with -c FILE',
    );
    await expect(load({ mustBeNamed: true, options: { name: 'mine' } })).resolves.toBeDefined();
    await expect(load({ mustBeNamed: true, file: 'size: t3.nano' })).resolves.toMatchObject({
      settings: { name: 'party' },
    });
  });
});

test.for([
  ['/home/me/party', 'party'],
  ['/srv/My App (2)/', 'my-app-2'],
  ['/srv/2008-pool', 'pool'],
  ['/', 'pool'],
  [`/${'x'.repeat(60)}`, 'x'.repeat(40)],
  ['/ü_a--', 'a'],
] as const)('the folder %s gives the name %s', ([folder, name]) => {
  expect(nameFromFolder(folder)).toBe(name);
});
