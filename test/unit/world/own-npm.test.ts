// What of this machine's npm goes to a node.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packNpm } from '../../../src/world/own-npm.ts';

test('npm without manuals, links and settings of this machine, for everybody to read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'poolparty-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const put = (name: string, mode: number) => {
    mkdirSync(join(folder, dirname(name)), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, name), name);
    chmodSync(join(folder, name), mode);
  };
  for (const name of ['bin/npm-cli.js', 'bin/npx-cli.js']) put(name, 0o700);
  for (const name of ['lib/docs/kept.js', `node_modules/${'long-'.repeat(30)}/index.js`]) put(name, 0o600);
  for (const name of ['npmrc', 'docs/a.md', 'man/a.1', 'node_modules/.bin/x']) put(name, 0o600);
  symlinkSync('index.js', join(folder, 'lib', 'link.js'));
  const input = await packNpm({ folder, version: '1.0.0' });
  const { stdout } = spawnSync('tar', ['-t', '-v', '-z', '-f', '-'], { input });
  const listed = stdout.toString().trim().split('\n');
  expect(listed.map((line) => line.replace(/^(\S+) (\S+) .* (\S+)$/, '$1 $2 $3'))).toEqual([
    '-rwxr-xr-x 0/0 bin/npm-cli.js',
    '-rwxr-xr-x 0/0 bin/npx-cli.js',
    '-rw-r--r-- 0/0 lib/docs/kept.js',
    `-rw-r--r-- 0/0 node_modules/${'long-'.repeat(30)}/index.js`,
  ]);
});
