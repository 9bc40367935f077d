// What the commands come with: pinned, under licences that somebody has looked at, and nothing of ours runs at install.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const manifest = read('package.json');
const lock = read('package-lock.json');

interface Shipped {
  readonly name: string;
  readonly licence: string;
  readonly runsAtInstall: boolean;
}

/** A script in JavaScript, so that it runs without a build. */
const { ALLOWED, shipped, text } = (await import('../../../scripts/licences.mjs' as string)) as {
  readonly ALLOWED: ReadonlySet<string>;
  shipped(): readonly Shipped[];
  text(packages: readonly Shipped[]): string;
};

interface Locked {
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

/** For development alone: some are of other platforms, and only named. */
const dev = (entry: Locked): boolean => entry.dev === true || entry.devOptional === true;

test('every dependency is pinned to one version, and the lock file has a hash of what is shipped', () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
    expect(`${name} ${version}`).toMatch(/^\S+ \d+\.\d+\.\d+$/);
  for (const [path, entry] of Object.entries<Locked>(lock.packages))
    if (path !== '' && !dev(entry)) expect(`${path} ${entry.integrity}`).toMatch(/^\S+ sha512-/);
});

test('no package that is shipped has a licence that is unknown or asks for more than its name', () => {
  const odd = shipped().filter(
    ({ licence }) => !licence.split(' OR ').some((one) => ALLOWED.has(one.replace(/[()]/g, ''))),
  );
  expect(odd).toEqual([]);
});

test('docs/licences.md is current: npm run docs:licences writes it', () => {
  expect(readFileSync('docs/licences.md', 'utf8')).toBe(text(shipped()));
});

test('row 80: the packed package has both commands, and no script that npm would run at its install', () => {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [packed] = JSON.parse(execFileSync('npm', words, { encoding: 'utf8' }));
  const files: readonly string[] = packed.files.map(({ path }: { readonly path: string }) => path);
  expect(files).toEqual(expect.arrayContaining(['bin/pool', 'bin/instance', 'package.json']));
  expect(
    files.filter((path) => /^(src|test|node_modules|scripts)\/|(^|\/)\.(?!pool_keys)/.test(path)),
  ).toEqual([]);
  expect(manifest.bin).toEqual({ pool: 'bin/pool', instance: 'bin/instance' });
  // `prepare` is for a checkout: npm does not run it for a tarball. binding.gyp would make npm build by itself.
  for (const name of ['preinstall', 'install', 'postinstall'])
    expect(manifest.scripts).not.toHaveProperty(name);
  expect(files.filter((path) => path.endsWith('.gyp'))).toEqual([]);
});

test('of what is shipped, only these two run a script at install, and both can do without', () => {
  expect(
    shipped()
      .filter((one) => one.runsAtInstall)
      .map(({ name }) => name),
  ).toEqual(['cpu-features', 'ssh2']);
});
