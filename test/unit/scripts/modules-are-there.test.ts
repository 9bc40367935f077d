// Are the node modules those of the lock file? What was written last says nothing: git and npm both touch it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = new URL('../../../scripts/modules-are-there.mjs', import.meta.url).pathname;
const NEEDED = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };
const OPTIONAL = { 'node_modules/b': { version: '2.0.0', integrity: 'sha512-b', optional: true } };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'poolparty-modules-'));
  mkdirSync(join(folder, 'node_modules'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const put = (file: string, packages: object) =>
  writeFileSync(join(folder, file), JSON.stringify({ packages: { '': {}, ...packages } }));

const isThere = (): boolean => spawnSync(process.execPath, [script, folder]).status === 0;

test('the same packages are there, though the lock file is the younger one', () => {
  put('node_modules/.package-lock.json', { ...NEEDED, ...OPTIONAL });
  put('package-lock.json', { ...NEEDED, ...OPTIONAL });
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(folder, 'package-lock.json'), later, later);
  expect(isThere()).toBe(true);
});

test('what npm may leave out need not be there', () => {
  put('node_modules/.package-lock.json', NEEDED);
  put('package-lock.json', { ...NEEDED, ...OPTIONAL });
  expect(isThere()).toBe(true);
});

test.each([
  ['nothing is installed', undefined],
  ['a package is missing', {}],
  ['a package has another version', { 'node_modules/a': { version: '0.9.0', integrity: 'sha512-a' } }],
  ['a package has other bytes', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } }],
])('they are installed anew where %s', (_, installed) => {
  if (installed) put('node_modules/.package-lock.json', installed);
  put('package-lock.json', NEEDED);
  expect(isThere()).toBe(false);
});
