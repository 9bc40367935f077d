import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  checkScript,
  gateScript,
  installScript,
  lineReader,
  listed,
  type NpmAsked,
  noteIn,
  parseCheck,
  saysNpm,
} from '../../../src/plans/install.ts';
import { builtIn } from '../built-in.ts';

const node = { hash: 'abcd', bytes: 7 };
const lacking = { names: ['haproxy', 'ca-certificates', 'node', 'npm'], system: 'Linux x86_64 glibc 2.36' };

/** What the check says where `node -v` prints this; '' for no Node at all. npm is there unless it is said otherwise. */
function checkedWith(version: string, npm = true, asked: NpmAsked = 'here'): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'poolparty-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  if (version !== '') {
    writeFileSync(join(folder, 'node'), `#!/bin/sh\necho ${version}\n`);
    chmodSync(join(folder, 'node'), 0o755);
  }
  // Nothing but what is asked for is on this PATH, and the shell's own words.
  for (const name of [
    'cat',
    'uname',
    'getconf',
    'haproxy',
    'cl_status',
    's3fs',
    'socat',
    'curl',
    'nft',
    'tar',
    ...(npm ? ['npm'] : []),
  ])
    writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 });
  const { stdout } = spawnSync('/bin/sh', { input: checkScript(builtIn, asked), env: { PATH: folder } });
  return parseCheck(stdout.toString()).names;
}

describe('what a node lacks', () => {
  test.for([
    ['v20.19.0', []],
    ['v20.20.2', []],
    ['v22.1.0', []],
    ['v20.18.9', ['node']],
    ['v18.20.4', ['node']],
    ['', ['node']],
  ] as const)('with Node %s: %s', ([version, names]) => {
    expect(checkedWith(version)).toEqual(names);
  });

  test('npm, where there is Node without it', () => {
    expect(checkedWith('v20.19.2', false)).toEqual(['npm']);
    expect(checkedWith('v20.19.2', false, 'said')).toEqual(['npm']);
  });

  test('npm is not asked for where there is none to send and the app says nothing of it', () => {
    expect(checkedWith('v20.19.2', false, 'no')).toEqual([]);
  });

  test.for([
    ['npm', true],
    ['npm start', true],
    ['PORT=1 npx serve', true],
    ['test -d x||npm ci', true],
    ['sh -c "npm ci"', true],
    ['$(npm bin)/x', true],
    ['pnpm start', false],
    ['./npm', false],
    ['node npm.js', false],
    ['cnpm-start', false],
    ['npm-run-all', false],
  ] as const)('%j says npm: %s', ([command, says]) => {
    expect(saysNpm({ command, install: [] })).toBe(says);
    expect(saysNpm({ command: 'node .', install: ['true', command] })).toBe(says);
  });

  test('is read from two lines; a node that says nothing lacks nothing', () => {
    expect(parseCheck('lacks haproxy s3fs\nsystem Linux x86_64 glibc 2.36\n')).toEqual({
      names: ['haproxy', 's3fs'],
      system: 'Linux x86_64 glibc 2.36',
    });
    expect(parseCheck('lacks\nsystem Linux aarch64 \n')).toEqual({ names: [], system: 'Linux aarch64' });
    expect(parseCheck('').names).toEqual([]);
  });

  test.for([
    [[], ''],
    [['node'], 'node'],
    [['haproxy', 'node'], 'haproxy and node'],
    [['haproxy', 's3fs', 'node'], 'haproxy, s3fs and node'],
  ] as const)('%s is told as "%s"', ([names, text]) => {
    expect(listed(names)).toBe(text);
  });
});

describe('the scripts', () => {
  test.for([
    ['check', checkScript(builtIn, 'here')],
    ['gate', gateScript(builtIn, 'here')],
    ['installation', installScript(builtIn, lacking, 'here', { node, npm: true })],
  ] as const)('sh can read the %s', ([, script]) => {
    const { status, stderr } = spawnSync('/bin/sh', ['-n'], { input: script });
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
  });

  test('an installation receives Node first, then asks apt for what is lacking and for nothing else', () => {
    const calls = installScript(builtIn, lacking, 'here', { node, npm: true }).split('\n').slice(-5);
    expect(calls.slice(0, 4)).toEqual([
      'begin',
      'receive_node abcd 7',
      'receive_npm',
      'packages haproxy ca-certificates',
    ]);
    expect(calls[4]).toMatch(/^finish [0-9a-f]{64} here 20 19 haproxy=haproxy /);
  });

  test('where only Node is lacking, apt is not asked', () => {
    const script = installScript(builtIn, { ...lacking, names: ['node'] }, 'here', { node });
    expect(script).not.toMatch(/^packages /m);
  });
});

test('row 67: every program of the shipped scripts comes with a package that is installed, or with Debian itself', () => {
  const needed = [
    ...Object.values(builtIn)
      .join('\n')
      .matchAll(/^need (.+)$/gm),
  ].flatMap((found) => (found[1] ?? '').split(' '));
  const brought = ['haproxy', 'socat', 'curl', 'nft', 'tar'];
  expect(needed.filter((program) => ![...brought, 'flock'].includes(program))).toEqual([]);
});

test('whole lines come out of a text in pieces, and only notes are for the person', () => {
  const lines: string[] = [];
  const read = lineReader((line) => lines.push(line));
  for (const piece of ['note apt-get fai', 'led\nother', ' line\nnote half']) read(piece);
  expect(lines).toEqual(['note apt-get failed', 'other line']);
  expect(lines.map(noteIn)).toEqual(['apt-get failed', undefined]);
});
