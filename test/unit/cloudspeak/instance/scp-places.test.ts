// F5, F13: where a copy goes, and what is there already: names that lead elsewhere, owners, modes, and halves.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { receiveScript } from '../../../../src/plans/copy.ts';
import { header } from '../../../../src/world/folder/headers.ts';
import { type FakeOutside, speak } from '../../fake-world.ts';
import { clearGround, knowsMarks, newGround, outsideOf } from './copy-ground.ts';
import { LocalShell } from './local-shell.ts';

let folder: string;
let here: string;
let there: string;
let outside: FakeOutside;

beforeEach(() => {
  ({ folder, here, there } = newGround());
  outside = outsideOf();
});
afterEach(() => clearGround({ folder }));

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
    const [at, source] = way === 'src' ? ['there', 'here'] : ['here', 'on the node'];
    const [old, kind] = to[0] === 'tree/z' ? ['a file', 'a folder'] : ['a folder', 'a file'];
    expect(stderr).toMatch(
      new RegExp(`^instance: .*tree/z.*: it is ${old} ${at}, and ${kind} ${source};.*\\n$`),
    );
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

describe('a copy that comes to nothing leaves nothing', () => {
  test.for(WAYS)('%s=: not even the folders that were made for it', async (way) => {
    tree(here, 'tree/f');
    mkdirSync(join(there, 'old'));
    const dest = `${join(there, 'old', 'new', 'deeper')}/`;
    // A count that is wrong at the other end: what arrives is not whole.
    const lying = new LocalShell();
    const run = lying.run.bind(lying);
    const wrong: Pick<LocalShell, 'run'> = {
      run: (node, script, options) =>
        run(
          node,
          script
            .replace('print', 'false; print')
            .replace('NR - 1', 'NR + 5')
            .replace('-printf x', '-printf xx'),
          options,
        ),
    };
    outside.remote = async () => Object.assign(lying, wrong);
    expect(await scp(`${way}=${here}/tree`, `dest=${dest}`)).toMatchObject({ code: 1 });
    expect(readdirSync(there, { recursive: true })).toEqual(['old']);
  });

  test('on a node that nobody listens to any more, and whose copy was cut off between two files', async () => {
    const script = receiveScript('folder', 'tree', `${there}/new/tree`);
    const child = spawn('/bin/sh', ['-c', script]);
    child.stdout.destroy();
    child.stderr.destroy();
    child.stdin.write(header({ name: Buffer.from('tree'), kind: 'folder', mode: 0o755, size: 0, time: 0 }));
    await expect.poll(() => readdirSync(there, { recursive: true }).length).toBeGreaterThan(1);
    child.stdin.end();
    await once(child, 'close');
    expect(readdirSync(there)).toEqual([]);
  });

  test('a path that is too long is told in a line that can be read', async () => {
    mkdirSync(join(here, 'tree'));
    const name = 'd'.repeat(250);
    // No path is as long: a process has to go down.
    const down = `for (let at = 0; at < 20; at += 1) { fs.mkdirSync('${name}'); process.chdir('${name}'); }`;
    execFileSync(process.execPath, ['-e', down], { cwd: join(here, 'tree') });
    const { code, stderr } = await scp(`src=${here}/tree`, `dest=${there}`);
    expect(code).toBe(2);
    expect(stderr).toContain('the path is too long');
    expect(stderr.length).toBeLessThan(800);
  });
});

/** A disk of its own in a folder, without mounting one: what systems have there. */
const SHM = '/dev/shm';
const isDisk = isRoot && statSync('/dev').dev !== statSync(SHM, { throwIfNoEntry: false })?.dev;

test.runIf(isDisk)('another disk in the folder that is there is written to as well', async () => {
  const name = `poolparty-${process.pid}`;
  tree(there, `dev/shm/${name}/sub/f`, `dev/shm/${name}/g`);
  symlinkSync('nowhere', join(there, 'dev', 'shm', name, 'link'));
  for (const [at, mode] of [
    [`shm/${name}/g`, 0o640],
    [`shm/${name}/sub`, 0o750],
  ] as const) {
    chmodSync(join(there, 'dev', at), mode);
    utimesSync(join(there, 'dev', at), 1_000_000, 1_000_000);
  }
  const list = (root: string) =>
    execFileSync('find', ['.', '!', '-name', name, '-printf', '%P %y %m %l\n'], {
      cwd: root,
      encoding: 'utf8',
    })
      .split('\n')
      .filter((line) => line.includes('/') || line.startsWith('link'))
      .sort();
  const copy = () => scp(`from=${there}/dev`, 'dest=/');
  try {
    expect(await copy()).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(join(SHM, name, 'sub')).mtimeMs).toBe(1_000_000_000);
    expect(await copy()).toMatchObject({ code: 0, stderr: '' });
    expect(list(join(SHM, name))).toEqual(list(join(there, 'dev', 'shm', name)));
    expect(lstatSync(join(SHM, name, 'link')).isSymbolicLink()).toBe(true);
    expect(readdirSync('/dev').filter((one) => one.startsWith('.poolparty'))).toEqual([]);
  } finally {
    rmSync(join(SHM, name), { recursive: true, force: true });
  }
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

  test('leaves everything as it was where a folder in the middle is of others', async () => {
    tree(there, 'tree/a/f', 'tree/m/new', 'tree/z');
    tree(here, 'tree/a/f', 'tree/m/old', 'tree/z');
    for (const one of ['tree', 'tree/a']) chownSync(join(here, one), NOBODY, NOBODY);
    for (const one of ['tree/a/f', 'tree/z']) writeFileSync(join(here, one), 'old');
    const said = await asNobody(() => scp(`from=${there}/tree`, `dest=${here}`));
    expect(said).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`cannot write ${here}/tree/m here: permission denied`),
    });
    expect(['tree/a/f', 'tree/z'].map((one) => readFileSync(join(here, one), 'utf8'))).toEqual([
      'old',
      'old',
    ]);
    expect(readdirSync(here, { recursive: true }).join()).not.toMatch(/new|poolparty/);
  });
});

describe.runIf(isRoot && knowsMarks()).each(WAYS)('%s= over what is unchangeable', (way) => {
  test.each(['z', 'm'])('%s: nothing has changed', async (marked) => {
    const [source, place] = way === 'src' ? [here, there] : [there, here];
    tree(source, 'tree/a/f', 'tree/m/new', 'tree/z');
    tree(place, 'tree/a/f', 'tree/m/old', 'tree/z');
    for (const one of ['tree/a/f', 'tree/z']) writeFileSync(join(place, one), 'old');
    execFileSync('chattr', ['+i', join(place, 'tree', marked)]);
    try {
      const said = await scp(`${way}=${source}/tree`, `dest=${place}`);
      expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining(`${place}/tree/${marked}`) });
      const texts = ['tree/a/f', 'tree/z'].map((one) => readFileSync(join(place, one), 'utf8'));
      expect(texts).toEqual(['old', 'old']);
      expect(readdirSync(place, { recursive: true }).join()).not.toMatch(/new|poolparty/);
    } finally {
      execFileSync('chattr', ['-i', join(place, 'tree', marked)]);
    }
  });
});

test.runIf(isDisk)('a time that no Date can say becomes the last one that it can', async () => {
  const [from, dest] = ['far', 'near'].map((name) => join(SHM, `poolparty-${name}-${process.pid}`));
  tree(`${from}`, 'f');
  execFileSync('touch', ['-d', '@9999999999999', join(`${from}`, 'f'), `${from}`]);
  try {
    for (const part of ['', '/f']) {
      expect(await scp(`from=${from}${part}`, `dest=${dest}${part}`)).toMatchObject({ code: 0, stderr: '' });
      expect(`${execFileSync('stat', ['-c', '%Y', `${dest}${part}`])}`).toBe('8640000000000\n');
    }
  } finally {
    for (const one of [from, dest]) rmSync(`${one}`, { recursive: true, force: true });
  }
});

test.each(WAYS)('%s= a name of two lines that is not there is told in one', async (way) => {
  const said = await scp(`${way}=${folder}/no\nsuch`, `dest=${here}`);
  expect(said.code).toBe(way === 'src' ? 2 : 1);
  expect(said.stderr).toContain(`${folder}/no\\nsuch`);
  expect(said.stderr.trim().split('\n')).toHaveLength(1);
});
