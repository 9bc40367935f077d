// The built commands and what they are piped into: slow readers, readers that leave, full disks, folders that are gone.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as consumers from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const SIZE = 1_000_000;

let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pool-streams-'));
  await mkdir(join(folder, 'app'));
  const app = `app: { source: app, command: ./serve, env: { TEXT: "${'x'.repeat(SIZE)}" } }`;
  await writeFile(join(folder, 'pool.yml'), `name: party\n${app}\n`);
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const env = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], HOME: folder });

/** What a line of bash says, in which `pool`, `instance` and `cloud` are the built programs. */
function bash(line: string) {
  const programs = { pool: 'bin/pool', instance: 'bin/instance', cloud: 'dist/local-cloud.js' };
  const words = Object.entries(programs).map(
    ([name, path]) => `${name}() { "${process.execPath}" "${join(root, path)}" "$@"; }`,
  );
  const script = [...words, line].join('\n');
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: folder, env: env(), encoding: 'utf8' });
  return { stdout, stderr };
}

const FULL = 'standard output cannot be written: ENOSPC: no space left on device, write\n';

/** A program that has written what it can, and waits for its reader. */
async function stuck(words: readonly string[]) {
  const child = spawn(process.execPath, words, {
    cwd: folder,
    env: env(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const ended = once(child, 'exit');
  await once(child.stdout as NodeJS.ReadableStream, 'readable');
  return { child, ended };
}

describe('F1: a reader that is slow gets all', () => {
  test.for([
    ['pool config --json | (sleep 0.5; wc -c)', SIZE],
    ['pool config --json 2>&1 | (sleep 0.5; cat | (sleep 0.5; wc -c))', SIZE],
    ['(pool config --json; pool config --json) | (sleep 0.5; wc -c)', 2 * SIZE],
  ] as const)('%s', ([line, most]) => {
    const { stdout, stderr } = bash(line);
    expect(stderr).toBe('');
    expect(Number(stdout)).toBeGreaterThan(most);
  });

  // A socket takes no more than 278 writes at once, however short: of 525 lines of instance cmd i=all some were lost.
  test('also of many short lines, each written by itself', async () => {
    const lines = 5_000;
    const program = [
      `import { end, takeStreams } from '${new URL('../../../src/process/own.ts', import.meta.url)}';`,
      'const own = takeStreams();',
      `for (let line = 0; line < ${lines}; line += 1) void own.stdout.write('node0: a line of a node\\n');`,
      "await end(own, 'test', 3);",
    ].join('\n');
    const words = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', program];
    const { child, ended } = await stuck(words);
    const text = await consumers.text(child.stdout as NodeJS.ReadableStream);
    expect({ lines: text.split('\n').length - 1, ended: await ended }).toEqual({ lines, ended: [3, null] });
  });

  test('into a file, and not less', () => {
    const { stdout } = bash(
      'pool config --json >one; pool config --json | cat >two; cmp one two && echo same',
    );
    expect(stdout).toBe('same\n');
  });
});

describe('F11, F12: a reader that leaves, output that cannot be written', () => {
  test.for([
    ['pool config --json | head -c 1; echo " $PIPESTATUS"', '{ 0\n', ''],
    ['pool config --json | true; echo $PIPESTATUS', '0\n', ''],
    ["trap '' PIPE; pool config --json | true; echo $PIPESTATUS", '0\n', ''],
    ['pool --help 2>&1 | true; echo $PIPESTATUS', '0\n', ''],
    ['pool nothing 2>&1 | true; echo $PIPESTATUS', '2\n', ''],
    ['cloud --help | true; echo $PIPESTATUS', '0\n', ''],
    ['cloud status 2>&1 | true; echo $PIPESTATUS', '0\n', ''],
    ['pool config --json >/dev/full; echo $?', '1\n', `pool: ${FULL}`],
    ['pool --help >/dev/full; echo $?', '1\n', `pool: ${FULL}`],
    ['instance --version >/dev/full; echo $?', '1\n', `instance: ${FULL}`],
    ['pool completion bash >/dev/full; echo $?', '1\n', `pool: ${FULL}`],
    ['cloud status >/dev/full; echo $?', '1\n', `pool local: ${FULL}`],
    ['pool local status >/dev/full; echo $?', '1\n', `pool local: ${FULL}`],
    ['pool --help >/dev/full 2>/dev/full; echo $?', '1\n', ''],
    ['pool nothing 2>/dev/full; echo $?', '2\n', ''],
    ['pool --help >&- 2>&- <&-; echo $?', '0\n', ''],
    ['pool config --json 2>&- <&- | wc -l | xargs test 0 -lt; echo $?', '0\n', ''],
  ] as const)('%s', ([line, stdout, stderr]) => {
    expect(bash(line)).toEqual({ stdout, stderr });
  });

  test('F12: a disk that becomes full in the middle of a write', () => {
    // bash counts in KiB; the signal that comes with the limit is ignored by Node.
    const { stdout, stderr } = bash('ulimit -f 100; pool config --json >file; echo $?; wc -c <file');
    expect(stdout).toBe('1\n102400\n');
    expect(stderr).toMatch(/^pool: standard output cannot be written: EFBIG: [^\n]*\n$/);
  });

  test('input that cannot be read is one line', () => {
    const said = 'pool: standard input cannot be read: ';
    expect(bash('pool replay - </; echo $?')).toEqual({ stdout: '1\n', stderr: `${said}it is a folder\n` });
    const { stdout, stderr } = bash('pool replay - 0>file; echo $?');
    expect({ stdout, said: stderr.startsWith(`${said}EBADF`) }).toEqual({ stdout: '1\n', said: true });
  });
});

describe('a reader that takes nothing', () => {
  const config = [join(root, 'bin', 'pool'), 'config', '--json'];

  test('Ctrl-C ends it with 130', async () => {
    const { child, ended } = await stuck(config);
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
  });

  test('a second one ends it at once', async () => {
    const { child, ended } = await stuck(config);
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await ended).toEqual([130, null]);
  });

  test('Ctrl-C ends it on a terminal, too, whose window stands still', () => {
    const still = [
      'import os, pty, sys, time',
      'child, window = pty.fork()',
      'if child == 0: os.execvp(sys.argv[1], sys.argv[1:])',
      // The window has shown something and takes no more: the rest waits in the terminal.
      'os.read(window, 1); time.sleep(0.5); os.write(window, b"\\x03")',
      'print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))',
    ].join('\n');
    const words = ['-c', still, process.execPath, join(root, 'bin', 'pool'), 'config', '--json'];
    const options = { cwd: folder, env: env(), encoding: 'utf8', timeout: 20_000 } as const;
    expect(spawnSync('/usr/bin/python3', words, options)).toMatchObject({ stdout: '130\n', stderr: '' });
  });
});

describe('F21: a folder that is gone', () => {
  const gone = 'pool: the folder you are in was removed; go to another one: cd\n';

  test.for(['list', 'config', 'plan', 'log', 'simulate trace.csv', 'stop --yes'])('pool %s', (words) => {
    const { stdout, stderr } = bash(`mkdir d; cd d; rmdir ../d; pool ${words}; echo $?`);
    expect({ stdout, stderr }).toEqual({ stdout: '2\n', stderr: gone });
  });

  test('needs none for help', () => {
    expect(bash('mkdir d; cd d; rmdir ../d; pool -V >/dev/null; echo $?')).toEqual({
      stdout: '0\n',
      stderr: '',
    });
  });
});
