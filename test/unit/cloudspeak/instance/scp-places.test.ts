// F5, F13: where a copy goes, and what is there already: names that lead elsewhere, owners, modes, and halves.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Remote } from '../../../../src/world/world.ts';
import { FakeOutside, speak } from '../../fake-world.ts';
import { LocalShell } from './local-shell.ts';

let folder: string;
let here: string;
let there: string;
let outside: FakeOutside;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'poolparty-scp-'));
  here = join(folder, 'here');
  there = join(folder, 'there');
  mkdirSync(here);
  mkdirSync(there);
  outside = Object.assign(new FakeOutside(), { remote: async (): Promise<Remote> => new LocalShell() });
  outside.ec2.has('party');
});
afterEach(() => {
  execFileSync('chmod', ['-R', 'u+rwx', folder]);
  rmSync(folder, { recursive: true, force: true });
});

const scp = (...words: string[]) => speak(['instance', 'scp', 'i=0', ...words], outside);

/** A folder with these files, each holding its own name. */
function tree(root: string, ...names: readonly string[]): string {
  for (const name of names) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), name);
  }
  return root;
}

const WAYS = ['src', 'from'] as const;
const isRoot = process.geteuid?.() === 0;

describe.for(WAYS)('%s= names a folder by where it is', (way) => {
  test.for(['in/sub/..', 'in/.', 'in/', 'in/sub/../'])('%s becomes "in" in dest', async (path) => {
    tree(here, 'in/f', 'in/sub/g');
    mkdirSync(join(there, 'deeper', 'dest'), { recursive: true });
    expect(await scp(`${way}=${here}/${path}`, `dest=${there}/deeper/dest`)).toMatchObject({ code: 0 });
    expect(readdirSync(there, { recursive: true }).sort()).toEqual([
      ...['deeper', 'deeper/dest', 'deeper/dest/in'],
      ...['deeper/dest/in/f', 'deeper/dest/in/sub', 'deeper/dest/in/sub/g'],
    ]);
  });

  test('a link to a folder gives its own name', async () => {
    tree(here, 'in/f');
    symlinkSync('in', join(here, 'link'));
    expect((await scp(`${way}=${here}/link/`, `dest=${there}`)).code).toBe(0);
    expect(readdirSync(there)).toEqual(['link']);
  });

  test.for(['/', '/tmp/..', '/.'])('%s has no name to give', async (path) => {
    expect(await scp(`${way}=${path}`, `dest=${there}`)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/has no name of its own; .*\n$/),
    });
    expect(readdirSync(there)).toEqual([]);
  });
});

describe.for(WAYS)('%s=: dest', (way) => {
  test.for(['nl\n', '\n', 'a\n\n/b\n'])('%j as its folder', async (name) => {
    tree(here, 'f', 'tree/g');
    mkdirSync(join(there, name), { recursive: true });
    for (const one of ['f', 'tree'])
      expect(await scp(`${way}=${here}/${one}`, `dest=${there}/${name}/x-${one}\n`)).toMatchObject({
        code: 0,
      });
    expect(readdirSync(join(there, name)).sort()).toEqual(['x-f\n', 'x-tree\n']);
  });

  test('a link to nothing yet stays a link, and what it means is made', async () => {
    tree(here, 'f');
    symlinkSync('later', join(there, 'link'));
    expect(await scp(`${way}=${here}/f`, `dest=${there}/link`)).toMatchObject({ code: 0 });
    expect(lstatSync(join(there, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(there, 'later'), 'utf8')).toBe('f');
  });

  test.for(['no/such/folder', 'link'])('a link to %s is told, and stays', async (target) => {
    tree(here, 'f');
    symlinkSync(target, join(there, 'link'));
    const { code, stderr } = await scp(`${way}=${here}/f`, `dest=${there}/link`);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^instance: .*link.* leads nowhere.*\n$/);
    expect(readdirSync(there)).toEqual(['link']);
  });

  test.runIf(isRoot)('what is there keeps its owner and its mode', async () => {
    tree(here, 'f', 'tree/old/a', 'tree/old/b', 'tree/new/c');
    tree(there, 'f', 'tree/old/a');
    execFileSync('chown', ['-R', '1234:2345', there]);
    chmodSync(join(there, 'f'), 0o600);
    chmodSync(join(there, 'tree/old/a'), 0o640);
    chmodSync(join(there, 'tree/old'), 0o1770);
    for (const one of ['f', 'tree'])
      expect((await scp(`${way}=${here}/${one}`, `dest=${there}`)).code).toBe(0);
    const found = execFileSync('find', ['.', '-printf', '%P %U:%G %m\n'], { cwd: there, encoding: 'utf8' });
    expect(found.split('\n').sort().slice(2)).toEqual([
      'f 1234:2345 600',
      'tree 1234:2345 755',
      'tree/new 0:0 755',
      'tree/new/c 0:0 644',
      'tree/old 1234:2345 1770',
      'tree/old/a 1234:2345 640',
      'tree/old/b 0:0 644',
    ]);
  });

  test.for([
    ['a folder', ['tree/z/file'], ['tree/z']],
    ['a file', ['tree/z'], ['tree/z/file']],
  ] as const)('%s over what is of another kind there changes nothing at all', async ([, from, to]) => {
    tree(here, 'tree/a', ...from);
    tree(there, ...to);
    writeFileSync(join(there, 'tree', 'a'), 'old');
    const { code, stderr } = await scp(`${way}=${here}/tree`, `dest=${there}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^instance: .*tree\/z.*it is (no|a) folder (t?here).*\n$/);
    expect(readFileSync(join(there, 'tree', 'a'), 'utf8')).toBe('old');
    expect(readdirSync(there, { recursive: true }).length).toBe(to[0].split('/').length + 1);
  });

  test.for([-(2 ** 31), -86_400, -2, 0, 2 ** 31, 2 ** 33])(
    'a time of %i seconds since 1970',
    async (time) => {
      tree(here, 'f', 'tree/g');
      for (const one of ['f', 'tree/g', 'tree'])
        utimesSync(join(here, one), new Date(time * 1_000), new Date(time * 1_000));
      for (const one of ['f', 'tree']) await scp(`${way}=${here}/${one}`, `dest=${there}`);
      for (const one of ['f', 'tree/g', 'tree'])
        expect(statSync(join(there, one)).mtimeMs / 1_000).toBe(time);
    },
  );
});

test('the home of another is not known here: dest=~name makes no folder of that name', async () => {
  tree(there, 'f');
  expect(await scp(`from=${there}/f`, 'dest=~nobody-of-that-name')).toMatchObject({ code: 2 });
});

describe('what a folder holds that tar says nothing of', () => {
  const socket = (path: string) =>
    execFileSync(process.execPath, [
      '-e',
      `const s=require('net').createServer().listen(${JSON.stringify(path)},()=>process.exit())`,
    ]);

  test('a socket on a node is left out and named', async () => {
    tree(there, 'tree/f');
    socket(join(there, 'tree', 'a b'));
    expect(await scp(`from=${there}/tree`, `dest=${here}`)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('left out: a b (a socket)'),
    });
  });

  test('a file of the kernel is read, whatever it says of its size', async () => {
    expect((await scp('src=/proc/version', `dest=${there}/version`)).code).toBe(0);
    expect(readFileSync(join(there, 'version'))).toEqual(readFileSync('/proc/version'));
  });

  test('a folder of the kernel on a node is refused, since its files would come empty', async () => {
    expect(await scp('from=/proc/sys/kernel/random', `dest=${here}`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is the kernel's, not on a disk; copy its files one by one"),
    });
    expect(readdirSync(here)).toEqual([]);
  });
});

describe.runIf(isRoot)('somebody who is not root here', () => {
  const NOBODY = 65_534;

  async function asNobody<T>(work: () => Promise<T>): Promise<T> {
    process.seteuid?.(NOBODY);
    try {
      return await work();
    } finally {
      process.seteuid?.(0);
    }
  }

  beforeEach(() => {
    chmodSync(folder, 0o755);
    chownSync(here, NOBODY, NOBODY);
  });

  test('gets folders that nobody may write to, with their modes', async () => {
    tree(there, 'tree/closed/f', 'tree/g');
    for (const one of ['tree/closed', 'tree']) chmodSync(join(there, one), 0o555);
    expect(await asNobody(() => scp(`from=${there}/tree`, `dest=${here}`))).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(['tree', 'tree/closed'].map((one) => statSync(join(here, one)).mode & 0o777)).toEqual([
      0o555, 0o555,
    ]);
    expect(readdirSync(here)).toEqual(['tree']);
  });

  test('has nothing left over of them where they cannot go', async () => {
    tree(there, 'tree/z/closed/f');
    tree(here, 'tree/z');
    for (const one of ['tree/z/closed', 'tree/z', 'tree']) chmodSync(join(there, one), 0o555);
    expect(await asNobody(() => scp(`from=${there}/tree`, `dest=${here}`))).toMatchObject({ code: 1 });
    expect(readdirSync(here, { recursive: true }).sort()).toEqual(['tree', 'tree/z']);
  });
});
