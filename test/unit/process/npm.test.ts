// Which npm of a machine can be sent to another one, however it came here.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { findNpm } from '../../../src/process/npm.ts';

let machine = '';
beforeEach(() => {
  machine = realpathSync(mkdtempSync(join(tmpdir(), 'poolparty-test-')));
  onTestFinished(() => rmSync(machine, { recursive: true }));
});

const at = (path: string): string => join(machine, path);

function file(path: string, text = ''): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  symlinkSync(target, at(path));
}

interface Odd {
  readonly name?: string;
  readonly parts?: readonly string[];
}

const PARTS = ['abbrev', '@npmcli/config'];

/** npm's folder as its own package has it. */
function npm(folder: string, version = '10.8.2', { name = 'npm', parts = PARTS }: Odd = {}) {
  const dependencies = { abbrev: '^2.0.0', '@npmcli/config': '^8.3.4' };
  file(`${folder}/package.json`, JSON.stringify({ name, version, dependencies }));
  for (const program of ['npm-cli.js', 'npx-cli.js']) file(`${folder}/bin/${program}`);
  for (const part of parts) file(`${folder}/node_modules/${part}/package.json`, '{}');
}

const find = (node: string, ...searched: readonly string[]) => findNpm(at(node), searched.map(at).join(':'));

describe('npm is found', () => {
  test.for([
    ['an official tarball', 'opt/node-v20.20.2-linux-x64', 'usr/bin'],
    ['nvm', 'home/me/.nvm/versions/node/v20.20.2', 'usr/bin'],
    ["NodeSource's package", 'usr', 'usr/bin'],
  ] as const)('where Node came from %s', ([, root, searched]) => {
    file(`${root}/bin/node`);
    npm(`${root}/lib/node_modules/npm`);
    link(`${root}/bin/npm`, '../lib/node_modules/npm/bin/npm-cli.js');
    npm('elsewhere/lib/node_modules/npm', '6.14.0');
    link('usr/local/bin/npm', '/elsewhere');
    expect(find(`${root}/bin/node`, 'usr/local/bin', searched)).toEqual({
      folder: at(`${root}/lib/node_modules/npm`),
      version: '10.8.2',
    });
  });

  test('where the program node is a link to where Node is', () => {
    file('opt/node/bin/node');
    npm('opt/node/lib/node_modules/npm');
    link('opt/node/bin/npm', '../lib/node_modules/npm/bin/npm-cli.js');
    link('usr/local/bin/node', at('opt/node/bin/node'));
    expect(find('usr/local/bin/node')?.folder).toBe(at('opt/node/lib/node_modules/npm'));
  });

  test("where npm's link was taken by a shim", () => {
    file('opt/node/bin/node');
    npm('opt/node/lib/node_modules/npm');
    file('opt/node/lib/node_modules/corepack/dist/npm.js');
    link('opt/node/bin/npm', '../lib/node_modules/corepack/dist/npm.js');
    expect(find('opt/node/bin/node')?.folder).toBe(at('opt/node/lib/node_modules/npm'));
  });

  test('on the search path, where Node stands alone', () => {
    file('opt/poolparty/bin/node');
    npm('opt/poolparty/npm');
    link('usr/local/bin/npm', at('opt/poolparty/npm/bin/npm-cli.js'));
    expect(find('opt/poolparty/bin/node', 'none', 'usr/local/bin')?.folder).toBe(at('opt/poolparty/npm'));
  });
});

describe('there is no npm to send', () => {
  test('where there is none at all, nor a Node, nor a search path', () => {
    expect(findNpm(at('none/bin/node'), '')).toBeUndefined();
  });

  test.for([
    ["Debian's, of which some parts stand beside it", { parts: ['abbrev'] }],
    ['another program of the name npm', { name: 'node-patch-maker' }],
  ] satisfies [string, Odd][])('%s', ([, odd]) => {
    file('usr/bin/node');
    npm('usr/share/nodejs/npm', '9.2.0', odd);
    file('usr/share/nodejs/@npmcli/config/package.json', '{}');
    link('usr/bin/npm', '../share/nodejs/npm/bin/npm-cli.js');
    expect(find('usr/bin/node', 'usr/bin')).toBeUndefined();
  });

  test('where its parts are links to elsewhere', () => {
    file('opt/node/bin/node');
    npm('opt/node/lib/node_modules/npm', '10.8.2', { parts: ['abbrev'] });
    file('store/config/package.json', '{}');
    link('opt/node/lib/node_modules/npm/node_modules/@npmcli/config', at('store/config'));
    expect(find('opt/node/bin/node')).toBeUndefined();
  });

  test.for(['', '.', 'bin'])('in %j of the search path, which depends on where one stands', (relative) => {
    npm('lib/node_modules/npm');
    link('bin/npm', '../lib/node_modules/npm/bin/npm-cli.js');
    link('npm', 'lib/node_modules/npm/bin/npm-cli.js');
    const before = process.cwd();
    process.chdir(machine);
    onTestFinished(() => process.chdir(before));
    expect(findNpm(at('none/bin/node'), relative)).toBeUndefined();
  });
});
