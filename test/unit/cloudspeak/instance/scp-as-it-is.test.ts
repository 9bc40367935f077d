// F5, F13: folders as they really are go to a node and come back the same, or one line says what did not.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Output, Remote, RunOptions } from '../../../../src/world/world.ts';
import { type FakeOutside, speak } from '../../fake-world.ts';
import { clearGround, newGround, outsideOf } from './copy-ground.ts';
import { LocalShell } from './local-shell.ts';

let folder: string;
let here: string;
let there: string;
let outside: FakeOutside;

beforeEach(() => {
  ({ folder, here, there } = newGround());
  nodeIs(new LocalShell());
});
afterEach(() => clearGround({ folder }));

function nodeIs(node: Remote): void {
  outside = outsideOf(node);
}

const scp = (...words: string[]) => speak(['instance', 'scp', 'i=0', ...words], outside);
const below = (root: string, name: Buffer): Buffer => Buffer.concat([Buffer.from(`${root}/`), name]);

/** Names, kinds, modes, times, targets and contents, as find and sha256sum see them, byte for byte. */
function treeOf(root: string): string {
  const list = `cd "$1" && find . -printf '%p %y %m %T@ %l %s\\0' | LC_ALL=C sort -z
    find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum -z`;
  return execFileSync('/bin/sh', ['-c', list, 'sh', root])
    .toString('latin1')
    .replaceAll(/( [dl] \d+ \d+)\.\d{10} (.*?) \d+\0/gs, '$1 $2\0')
    .replaceAll(/\.\d{10} /g, ' ');
}

/** Nothing that a copy was put together in is left. */
const leftovers = () => `${execFileSync('find', [here, there, '-name', '.poolparty*'])}`;

async function thereAndBack(name = 'tree') {
  expect(await scp(`src=${here}/${name}`, `dest=${there}/${name}`)).toMatchObject({ code: 0, stderr: '' });
  expect(treeOf(`${there}/${name}`)).toBe(treeOf(`${here}/${name}`));
  expect(await scp(`from=${there}/${name}`, `dest=${here}/back`)).toMatchObject({ code: 0, stderr: '' });
  expect(treeOf(`${here}/back`)).toBe(treeOf(`${here}/${name}`));
  expect(leftovers()).toBe('');
}

const aByte = fc.integer({ min: 1, max: 255 }).filter((one) => one !== 0x2f);
const aName = fc
  .oneof(
    fc.array(aByte, { minLength: 1, maxLength: 20 }),
    fc.array(aByte, { minLength: 240, maxLength: 255 }),
    fc
      .constantFrom('-rf', '~', '$(id)', '\'"`', 'a\nb', ' ', '\\', '*', 'count', 'tree', '...')
      .map((text) => [...Buffer.from(text)]),
  )
  .map((bytes) => Buffer.from(bytes))
  .filter((one) => !['.', '..'].includes(one.toString()));

interface Thing {
  readonly name: Buffer;
  readonly kind: 'file' | 'folder' | 'link' | 'hard';
  readonly mode: number;
  readonly size: number;
  /** Which of the folders made so far it is in. */
  readonly inside: number;
}

const aThing: fc.Arbitrary<Thing> = fc.record({
  name: aName,
  kind: fc.constantFrom('file', 'file', 'folder', 'link', 'hard'),
  mode: fc.integer({ min: 0, max: 0o777 }),
  size: fc.constantFrom(0, 1, 511, 512, 513, 262_144, 300_001),
  inside: fc.nat(),
});
const aTree = fc.uniqueArray(aThing, { maxLength: 25, selector: (one) => one.name.toString('hex') });

interface Made {
  readonly folders: Buffer[];
  readonly files: Buffer[];
}

/** Makes it; a hard link where there is a file to link to yet. */
function make({ folders, files }: Made, { name, kind, size, inside }: Thing): Buffer {
  const path = Buffer.concat([folders[inside % folders.length] ?? Buffer.alloc(0), Buffer.from('/'), name]);
  const [first] = files;
  if (kind === 'folder') {
    mkdirSync(path);
    folders.push(path);
  } else if (kind === 'link') symlinkSync(name, path);
  else if (kind === 'hard' && first) linkSync(first, path);
  else {
    writeFileSync(path, Buffer.alloc(size, name));
    files.push(path);
  }
  return path;
}

function makeTree(root: string, things: readonly Thing[]): void {
  mkdirSync(root);
  const made: Made = { folders: [Buffer.from(root)], files: [] };
  const paths = things.map((thing) => ({ ...thing, path: make(made, thing) }));
  for (const { path, mode } of paths.filter(({ kind }) => kind !== 'link').toReversed()) {
    utimesSync(path, mode, mode);
    chmodSync(path, mode);
  }
}

describe('F5: a folder arrives whole', () => {
  test('with a name that is no UTF-8 between others', async () => {
    for (const name of ['a', 'z']) {
      mkdirSync(join(here, 'tree', name), { recursive: true });
      for (let at = 0; at < 20; at += 1) writeFileSync(join(here, 'tree', name, `${at}`), `${name}${at}`);
    }
    writeFileSync(below(join(here, 'tree'), Buffer.from([0x6d, 0xe9])), 'latin');
    await thereAndBack();
  });

  test('whatever its names, kinds, modes and sizes are', async () => {
    let run = 0;
    const check = async (things: readonly Thing[]) => {
      run += 1;
      nodeIs(new LocalShell());
      makeTree(join(here, `tree${run}`), things);
      await thereAndBack(`tree${run}`);
      rmSync(join(here, 'back'), { recursive: true });
    };
    await fc.assert(fc.asyncProperty(aTree, check), { numRuns: 25 });
  }, 60_000);

  test('an empty folder, and one whose path is longer than a path may be at once', async () => {
    mkdirSync(join(here, 'tree', ...Array.from({ length: 12 }, () => 'd'.repeat(200)), 'empty'), {
      recursive: true,
    });
    await thereAndBack();
  });
});

describe('F13: what real folders hold', () => {
  test('pipes and sockets are left out and named, on both ways', async () => {
    mkdirSync(join(here, 'tree'));
    execFileSync('mkfifo', [join(here, 'tree', 'pipe')]);
    writeFileSync(join(here, 'tree', 'file'), 'x');
    const up = await scp(`src=${here}/tree`, `dest=${there}/up`);
    expect(up).toMatchObject({ code: 0, stderr: expect.stringContaining('left out: pipe (a pipe (FIFO))') });
    expect(readdirSync(join(there, 'up'))).toEqual(['file']);
    const down = await scp(`from=${here}/tree`, `dest=${there}/down`);
    expect(down).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('left out: pipe (a pipe (FIFO))'),
    });
    expect(readdirSync(join(there, 'down'))).toEqual(['file']);
  });

  test.for(['absolute', 'dangling', 'cyclic'])('a link that is %s stays a link', async (kind) => {
    mkdirSync(join(here, 'tree'));
    const target = { absolute: '/dev/null', dangling: 'nowhere/at all', cyclic: '.' }[kind] ?? '';
    symlinkSync(target, join(here, 'tree', 'link'));
    await thereAndBack();
  });

  test('a link that is named itself is followed, on both ways', async () => {
    writeFileSync(join(here, 'file'), 'content');
    symlinkSync('file', join(here, 'link'));
    expect((await scp(`src=${here}/link`, `dest=${there}/up`)).code).toBe(0);
    expect((await scp(`from=${here}/link`, `dest=${there}/down`)).code).toBe(0);
    expect(readdirSync(there, { withFileTypes: true }).map((one) => [one.name, one.isFile()])).toEqual([
      ['down', true],
      ['up', true],
    ]);
  });

  test('a file that says it is empty and is not, as the kernel has them', async () => {
    expect((await scp('from=/proc/version', `dest=${here}/version`)).code).toBe(0);
    expect(readFileSync(join(here, 'version'))).toEqual(readFileSync('/proc/version'));
  });

  test.for([
    ['a line', 'echo "Welcome to prod"'],
    ['no line end', 'printf "Welcome to prod. "'],
    ["a terminal's title", "printf '\\033]0;prod\\007'"],
    ['what looks like ours', "printf 'file 3 644 7\\nfolder 3 755 7'"],
    ['at its end', 'trap "echo bye; echo bye >&2; exit 3" EXIT'],
    ['late', '{ sleep 0.2; echo hello; } &'],
  ])("what the user's own shell says is no part of a copy: %s", async ([, greeting]) => {
    nodeIs(new LocalShell(greeting));
    mkdirSync(join(here, 'tree/sub'), { recursive: true });
    writeFileSync(join(here, 'tree/sub/one'), 'one\n');
    await thereAndBack();
    expect(await scp(`from=${there}/tree/sub/one`, `dest=${here}/one`)).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(readFileSync(join(here, 'one'), 'utf8')).toBe('one\n');
  });

  test('a folder that others write into is merged into all the same', async () => {
    mkdirSync(join(here, 'tree'));
    writeFileSync(join(here, 'tree/mine'), 'mine');
    mkdirSync(join(there, 'tree'));
    const changing = 'tar() { command tar "$@"; case $* in *folders.list*) return 1 ;; esac; }';
    const run: LocalShell['run'] = (node, script, options) =>
      new LocalShell().run(node, `${changing}\n${script}`, options);
    nodeIs(Object.assign(new LocalShell(), { run }));
    expect(await scp(`src=${here}/tree`, `dest=${there}/`)).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(join(there, 'tree'))).toEqual(['mine']);
  });

  test('a log that grows meanwhile arrives as it was', async () => {
    const log = join(there, 'log');
    writeFileSync(log, 'x'.repeat(1_000_000));
    let isGrowing = true;
    const grow = async () => {
      while (isGrowing) {
        writeFileSync(log, 'more\n', { flag: 'a' });
        await new Promise(setImmediate);
      }
    };
    const growing = grow();
    const said = [
      await scp(`from=${log}`, `dest=${here}/log`),
      await scp(`from=${there}`, `dest=${here}/all`),
    ];
    isGrowing = false;
    await growing;
    expect(said).toMatchObject([{ code: 0 }, { code: 0 }]);
    expect(readFileSync(join(here, 'log'), 'utf8').startsWith('x'.repeat(1_000_000))).toBe(true);
  });

  test('a file that cannot be read is one line, and nothing there has changed', async () => {
    mkdirSync(join(here, 'tree'));
    symlinkSync('loop', join(here, 'loop'));
    expect(await scp(`src=${here}/loop`, `dest=${there}/x`)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^instance: .*loop cannot be read: too many links; .*\n$/),
    });
    expect(readdirSync(there)).toEqual([]);
  });

  test('a file that becomes shorter while it is sent is one line, and nothing there has changed', async () => {
    mkdirSync(join(here, 'tree'));
    writeFileSync(join(here, 'tree', 'big'), Buffer.alloc(50_000_000));
    nodeIs(
      Object.assign(new LocalShell(), {
        run: (_: unknown, script: string, options: RunOptions) => {
          const input = options.input ?? [];
          async function* shortened() {
            let chunks = 0;
            for await (const chunk of input) {
              yield chunk;
              chunks += 1;
              if (chunks === 4) truncateSync(join(here, 'tree', 'big'), 600_000);
            }
          }
          return new LocalShell().run({ name: 'node0' } as never, script, { ...options, input: shortened() });
        },
      }),
    );
    const { code, stderr } = await scp(`src=${here}/tree`, `dest=${there}/tree`);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^instance: .*big cannot be read: it became shorter while it was read; .*\n$/);
    expect(readdirSync(there)).toEqual([]);
  });

  test.for([
    ['dest=/dev/null', 'src', 1, 'is no file'],
    ['dest=/dev/null', 'from', 2, '/dev/null is neither a file nor a folder'],
    ['dest=~nobody-of-that-name/x', 'src', 1, 'there is no user ~nobody-of-that-name there'],
    ['dest=/proc/x/y', 'from', 1, 'cannot write /proc/x here'],
  ] as const)('%s with %s= is refused', async ([dest, way, code, why]) => {
    writeFileSync(join(here, 'file'), 'x');
    const said = await scp(`${way}=${here}/file`, dest);
    expect(said).toMatchObject({ code, stderr: expect.stringContaining(why) });
    expect(said.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('a folder goes over one that is there; where a folder would become a file, that is said', async () => {
    for (const [root, name] of [
      [here, 'new'],
      [there, 'old'],
    ] as const) {
      mkdirSync(join(root, 'tree', 'sub'), { recursive: true });
      writeFileSync(join(root, 'tree', 'sub', name), name);
      writeFileSync(join(root, 'tree', 'both'), name);
    }
    expect((await scp(`from=${here}/tree`, `dest=${there}/`)).code).toBe(0);
    expect(readdirSync(join(there, 'tree', 'sub'))).toEqual(['new', 'old']);
    expect(readFileSync(join(there, 'tree', 'both'), 'utf8')).toBe('new');
    rmSync(join(here, 'tree', 'sub'), { recursive: true });
    writeFileSync(join(here, 'tree', 'sub'), 'a file now');
    expect(await scp(`from=${here}/tree`, `dest=${there}/`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it is a folder here, and a file on the node;'),
    });
    expect(await scp(`src=${here}/tree`, `dest=${there}/`)).toMatchObject({ code: 1 });
    expect(readdirSync(join(there, 'tree', 'sub'))).toEqual(['new', 'old']);
    expect(leftovers()).toBe('');
  });

  test('a folder does not go over a link to one, and both are named', async () => {
    for (const root of [here, there]) mkdirSync(join(root, 'tree'));
    mkdirSync(join(here, 'tree/shared'));
    writeFileSync(join(here, 'tree/shared/file'), 'x');
    mkdirSync(join(there, 'elsewhere'));
    symlinkSync('../elsewhere', join(there, 'tree/shared'));
    expect(await scp(`from=${here}/tree`, `dest=${there}/`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('tree/shared here: it is a link here, and a folder on the node;'),
    });
    expect(await scp(`src=${here}/tree`, `dest=${there}/`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('tree/shared: it is a link there, and a folder here;'),
    });
    expect(readdirSync(join(there, 'elsewhere'))).toEqual([]);
  });

  test("'~' is the home of whoever is there, also in quotes", async () => {
    writeFileSync(join(here, 'file'), 'x');
    const node = new LocalShell();
    const home: Pick<LocalShell, 'run'> = {
      run: (at, script, options) => new LocalShell().run(at, `HOME=${there}\n${script}`, options),
    };
    nodeIs(Object.assign(node, home));
    expect(await scp(`src=${here}/file`, 'dest=~/a file')).toMatchObject({ code: 0, stderr: '' });
    expect(await scp('from=~/a file', `dest=${here}/back`)).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(there)).toEqual(['a file']);
  });
});

describe('a node that lies', () => {
  /** Answers the look with a folder, and then sends this archive. */
  const liar = (archive: Uint8Array, count: number): Remote =>
    Object.assign(new LocalShell(), {
      run: async (_: unknown, script: string, options: RunOptions): Promise<Output> => {
        if (script.includes('kind=folder'))
          return { code: 0, stdout: '\npoolparty-looks\nfolder 1 755 0\n/x\npoolparty-looked\n', stderr: '' };
        await options.onChunk?.(archive, 'stdout');
        const said = `Total bytes written: ${archive.length} (x)\nsent ${count} 0\n`;
        await options.onChunk?.(Buffer.from(said), 'stderr');
        return { code: 0, stdout: '', stderr: '' };
      },
    });

  type Entry = readonly [name: string, type: 'file' | 'symlink' | 'directory', content: string];

  async function archive(...entries: readonly Entry[]) {
    const tar = pack();
    const chunks: Buffer[] = [];
    tar.on('data', (chunk) => chunks.push(chunk as Buffer));
    tar.entry({ name: './', type: 'directory' });
    for (const [name, type, content] of entries)
      if (type === 'file') tar.entry({ name, type }, content);
      else tar.entry({ name, type, linkname: content });
    tar.finalize();
    await finished(tar as never);
    return Buffer.concat(chunks);
  }

  test.for<[string, Entry[]]>([
    ['a name with ..', [['../out', 'file', 'x']]],
    ['an absolute name', [['/tmp/poolparty-out', 'file', 'x']]],
    [
      'a link, and a file through it',
      [
        ['a', 'symlink', '..'],
        ['a/out', 'file', 'x'],
      ],
    ],
    [
      'a link, and a folder of its name',
      [
        ['a', 'symlink', '..'],
        ['a', 'directory', ''],
        ['a/out', 'file', 'x'],
      ],
    ],
    [
      'a file twice',
      [
        ['a', 'file', 'x'],
        ['a', 'file', 'y'],
      ],
    ],
  ])('writes nothing elsewhere: %s', async ([, entries]) => {
    nodeIs(liar(await archive(...entries), entries.length + 1));
    const said = await scp('from=/srv/app', `dest=${here}/app`);
    expect(said.code).toBe(1);
    expect(said.stderr.trim().split('\n')).toHaveLength(1);
    expect(said.stderr).not.toContain('bug of PoolParty');
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(['here', 'there']);
  });

  test('is told where less arrives than it says', async () => {
    nodeIs(liar(await archive(['a', 'file', 'x']), 3));
    expect(await scp('from=/srv/app', `dest=${here}/app`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('only 2 of 3 files, folders and links arrived'),
    });
    expect(readdirSync(here)).toEqual([]);
  });

  test.for([0, 300, 700, 1_100])('is told where the archive ends after %i bytes', async (bytes) => {
    nodeIs(liar((await archive(['a', 'file', 'x'.repeat(600)])).subarray(0, bytes), 2));
    expect((await scp('from=/srv/app', `dest=${here}/app`)).code).toBe(1);
    expect(readdirSync(here)).toEqual([]);
  });
});
