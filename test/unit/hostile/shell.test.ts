// Nothing that a setting, a tag or an argument says is read as shell: real shells give each word back as it was.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lookScript, parseLook, receiveScript } from '../../../src/plans/copy.ts';
import { command, quote } from '../../../src/pool/shell.ts';
import { Frame, framed, readScript } from '../../../src/world/ssh/frame.ts';
import { builtIn } from '../built-in.ts';
import { COUNT, hostileStrings, withoutNul } from './strings.ts';

const folder = mkdtempSync(join(tmpdir(), 'poolparty-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }), 120_000);

const words = (seed: number): readonly string[] => withoutNul(hostileStrings(seed));

/** The words that a shell printed, each ended by a NUL. */
function said(shell: string, script: string, how: readonly string[] = []): readonly string[] {
  const options = { input: script, cwd: folder, maxBuffer: 1e9 };
  const { stdout, stderr, status } = spawnSync(shell, [...how], options);
  expect(stderr.toString()).toBe('');
  expect(status).toBe(0);
  return stdout.toString().split('\0').slice(0, -1);
}

/** One printf for each hundred: a command line has a limit, a script has none. */
const printing = (all: readonly string[]): string =>
  Array.from({ length: Math.ceil(all.length / 100) }, (_, at) =>
    command('printf', '%s\\0', ...all.slice(at * 100, at * 100 + 100)),
  ).join('\n');

describe('a quoted word', () => {
  test.for([
    ['/bin/sh', 1],
    ['/bin/bash', 2],
  ] as const)('is what it was to %s', ([shell, seed]) => {
    const all = words(seed);
    expect(said(shell, printing(all))).toEqual(all);
  });

  test('is what it was behind the shell that reads its script from standard input, as on a node', () => {
    const all = words(3);
    const script = printing(all);
    const line = readScript(Buffer.byteLength(script), 'nonce');
    const { stdout, status } = spawnSync('/bin/sh', ['-c', line], { input: framed(script, 'nonce') });
    expect(status).toBe(0);
    expect(new Frame('nonce', 'stdout').push(stdout).toString().split('\0').slice(0, -1)).toEqual(all);
  });

  test('is what it was when a whole script is a word of another', () => {
    const all = words(4);
    expect(
      said(
        '/bin/sh',
        all
          .map((one) => command('sh', '-c', command('printf', '%s\\0', one)))
          .slice(0, 400)
          .join('\n'),
      ),
    ).toEqual(all.slice(0, 400));
  });

  test('in an assignment is what it was', () => {
    const all = words(5);
    expect(said('/bin/sh', all.map((one) => `x=${quote(one)}\nprintf '%s\\0' "$x"`).join('\n'))).toEqual(all);
  });
});

describe('install lines', () => {
  /** `release` of configure.sh with the work left out: what is left is how a line reaches the shell that runs it. */
  const around = (call: string): string =>
    [
      builtIn['node.sh'],
      builtIn['configure.sh'],
      `home=${quote(folder)} stage=${quote(folder)}`,
      'tar() { :; }; chown() { :; }; ln() { :; }; mv() { :; }; readlink() { :; }; mark_app() { :; }; forget_releases() { :; }',
      `install_line() { printf '%s\\0' "$1"; }`,
      call,
    ].join('\n');

  test('come to sh -c as they stand in the settings', () => {
    const all = words(6);
    mkdirSync(join(folder, 'releases'), { recursive: true });
    writeFileSync(join(folder, 'releases', 'ab12cd3.tar.gz'), '');
    expect(said('/bin/sh', around(command('release', 'ab12cd3', ...all)))).toEqual(all);
  });
});

describe('paths to copy', () => {
  const some = [...new Set(words(7).map((one) => one.replaceAll('/', '_').slice(0, 60)))]
    .filter((one) => one !== '' && Buffer.byteLength(one) < 250 && !/^\.{1,2}$/.test(one))
    .slice(0, Math.max(30, Math.min(200, COUNT / 20)));

  test('are looked at, and nothing else is', () => {
    const at = mkdtempSync(join(folder, 'look-'));
    for (const name of some) writeFileSync(join(at, name), name);
    const script = some.map((name) => `(\n${lookScript(join(at, name))}\n)`).join('\n');
    const { stdout, stderr } = spawnSync('/bin/sh', { input: script, cwd: at });
    expect(stderr.toString()).toBe('');
    const looks = [...stdout.toString().matchAll(/\npoolparty-looks\n.*?-looked\n/gs)].map(([said]) =>
      parseLook(said),
    );
    expect(looks).toMatchObject(some.map((name) => ({ kind: 'file', size: Buffer.byteLength(name) })));
  });

  test('are written, and nothing else is', () => {
    const at = mkdtempSync(join(folder, 'receive-'));
    writeFileSync(join(at, 'tree'), 'content');
    writeFileSync(join(at, 'count'), '1');
    spawnSync('tar', ['-c', '-f', 'x.tar', 'tree', 'count'], { cwd: at });
    mkdirSync(join(at, 'into'));
    chmodSync(join(at, 'into'), 0o755);
    const script = some
      .map((name) => `(\n${receiveScript('file', 'x', join(at, 'into', name))}\n) <x.tar`)
      .join('\n');
    expect(spawnSync('/bin/sh', { input: script, cwd: at }).stderr.toString()).toBe('');
    for (const name of some) expect(readFileSync(join(at, 'into', name), 'utf8')).toBe('content');
    expect(spawnSync('ls', ['-A', at]).stdout.toString()).toBe('count\ninto\ntree\nx.tar\n');
  });
});

test('a NUL is refused', () => {
  for (const one of hostileStrings(8).filter((word) => word.includes('\0')))
    expect(() => quote(one)).toThrow('NUL');
});
