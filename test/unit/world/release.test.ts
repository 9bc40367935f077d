// The app's folder: what of it travels, in which modes, and by which name.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { OperatorsFiles } from '../../../src/world/folder/operators.ts';
import { keptArchive, readApp } from '../../../src/world/release.ts';
import type { HowRead } from '../../../src/world/world.ts';
import { app } from '../built-in.ts';
import { byteName, fifo, harsh, listing, newFolder } from './folder/ground.ts';

const read = (source: string, how: HowRead = 'named', operators: OperatorsFiles = {}) =>
  readApp(app({ source }), how, operators);
const idOf = async (source: string): Promise<string> => (await read(source)).release.id;

/** The folder as a node unpacks it. */
async function arrived(source: string, operators: OperatorsFiles = {}): Promise<string> {
  const { release } = await read(source, 'packed', operators);
  const folder = newFolder();
  const input = await buffer((await keptArchive(release)).chunks());
  execFileSync('tar', ['-x', '-z', '-p', '-m', '-f', '-', '-C', folder], { input });
  return folder;
}

/** Debian's user that owns nothing: root reads whatever there is. */
const NOBODY = 65_534;

/** Runs `work` as a user who is not root. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  const mine = process.geteuid?.();
  if (mine === 0) process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    if (mine === 0) process.seteuid?.(0);
  }
}

/** A folder of these files; a name that ends with a slash is a folder. */
function folderOf(names: readonly string[], ignored?: string): string {
  const folder = newFolder();
  for (const name of names) {
    mkdirSync(join(folder, name.endsWith('/') ? name : dirname(name)), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(join(folder, name), name);
  }
  if (ignored !== undefined) writeFileSync(join(folder, '.poolignore'), ignored);
  return folder;
}

const names = (folder: string): readonly string[] =>
  listing(folder)
    .filter((line) => line.startsWith('f'))
    .map((line) => line.split(' ')[3]?.slice(2) ?? '')
    .sort();

/** The files that travel, and what is said of the others. */
const sent = async (folder: string, operators: OperatorsFiles = {}) => ({
  kept: names(await arrived(folder, operators)),
  leftOut: (await read(folder, 'named', operators)).leftOut,
});

describe('F15, F16: the folder as it is', () => {
  test('everything that a disk can hold arrives, with its modes', async () => {
    const folder = harsh();
    expect(listing(await arrived(folder))).toEqual(listing(folder));
  });

  test('set-user-id stays here, the sticky bit of a folder travels', async () => {
    const folder = folderOf(['tool', 'tmp/']);
    chmodSync(join(folder, 'tool'), 0o4755);
    chmodSync(join(folder, 'tmp'), 0o1777);
    expect(listing(await arrived(folder))).toEqual(['d 1777 ./tmp', 'f 755 4 ./tool ']);
  });

  test('special files are left out and told', async () => {
    const folder = folderOf(['x']);
    fifo(join(folder, 'pipe'));
    expect((await read(folder)).leftOut).toEqual(['app.source: left out: pipe (a pipe (FIFO))']);
    expect(names(await arrived(folder))).toEqual(['x']);
  });

  test.each(['named', 'packed'] as const)(
    'a file that this user may not read is one line, where it is %s',
    async (how) => {
      const folder = folderOf(['a', 'b']);
      chmodSync(folder, 0o755);
      chmodSync(join(folder, 'b'), 0o000);
      const found = await asNobody(() => read(folder, how).catch((error: unknown) => error));
      expect(found).toMatchObject({
        code: 2,
        message: `app.source: ${folder}/b cannot be read: permission denied; make it readable for you, or leave it out: a line in .poolignore`,
      });
    },
  );

  test('a source that is a file, is missing, or is a link to a folder', async () => {
    const folder = folderOf(['x']);
    await expect(read(join(folder, 'x'))).rejects.toMatchObject({
      code: 2,
      message: expect.stringContaining('is no folder'),
    });
    await expect(read(join(folder, 'none'))).rejects.toMatchObject({ code: 2 });
    const link = join(newFolder(), 'link');
    symlinkSync(folder, link);
    expect(await idOf(link)).toBe(await idOf(folder));
  });

  test.for<[string, (path: string) => unknown, RegExp]>([
    ['a pipe', fifo, /it is no file/],
    ['a device without end', (path) => symlinkSync('/dev/zero', path), /it is no file/],
    ['a link to nothing', (path) => symlinkSync('nowhere', path), /it is a link to nothing/],
    ['a link to itself', (path) => symlinkSync('.poolignore', path), /too many links/],
    ['a film', (path) => writeFileSync(path, Buffer.alloc(2_000_000)), /it is bigger than/],
  ])('a .poolignore that is %s is told at once', async ([, make, why]) => {
    const folder = folderOf(['x']);
    make(join(folder, '.poolignore'));
    await expect(read(folder)).rejects.toMatchObject({ code: 2, message: expect.stringMatching(why) });
  });

  test.for(['/', '/tmp/..'])('%s is the whole machine, and no app: told at once', async (source) => {
    await expect(read(source)).rejects.toMatchObject({
      code: 2,
      message: expect.stringContaining('is this whole machine'),
    });
  });

  test('F15: a link that is switched while its folder is read: what it led to at first arrives, and nothing else', async () => {
    const many = Array.from({ length: 400 }, (_, at) => `f${at}`);
    const [first, second] = [folderOf(many), folderOf(many)];
    for (const name of many) writeFileSync(join(second, name), 'another release');
    const link = join(newFolder(), 'current');
    symlinkSync(first, link);
    const reading = idOf(link);
    rmSync(link);
    symlinkSync(second, link);
    expect(await reading).toBe(await idOf(first));
  });

  test('what PoolParty itself keeps in a home stays here', async () => {
    const folder = folderOf(['x', '.poolparty/pools/p/known_hosts']);
    expect((await read(folder)).leftOut).toEqual([expect.stringContaining('secrets: .poolparty;')]);
  });

  test('a path that the system refuses is told with its name and code 2', async () => {
    const folder = folderOf(['x']);
    mkdirSync(join(folder, '.poolignore'));
    await expect(read(folder)).rejects.toMatchObject({
      code: 2,
      message: expect.stringMatching(/\.poolignore cannot be read: it is a folder/),
    });
  });
});

describe('the name of a release', () => {
  test('is the same for equal folders, whatever their times, place and the umask of a clone', async () => {
    const folder = harsh();
    const copy = join(newFolder(), 'copy');
    execFileSync('cp', ['-a', folder, copy]);
    utimesSync(join(copy, 'a'), 1, 1);
    chmodSync(join(copy, 'empty'), 0o664);
    expect(await idOf(copy)).toBe(await idOf(folder));
    expect((await read(copy, 'packed')).release.id).toBe(await idOf(folder));
  });

  test.each<[string, (folder: string) => void]>([
    ['content', (folder) => writeFileSync(join(folder, 'a'), 'B')],
    ['mode', (folder) => chmodSync(join(folder, 'a'), 0o600)],
    ['an empty folder', (folder) => mkdirSync(join(folder, 'new'))],
    [
      'a file instead of a folder',
      (folder) => {
        rmSync(join(folder, 'b'), { recursive: true });
        writeFileSync(join(folder, 'b'), '');
      },
    ],
    ['a name', (folder) => writeFileSync(byteName(folder, 0xe9), '')],
    ['a link', (folder) => symlinkSync('a', join(folder, 'l'))],
  ])('is another after a change of %s', async (_, change) => {
    const folder = folderOf(['a', 'b/']);
    const copy = newFolder();
    cpSync(folder, copy, { recursive: true });
    change(copy);
    expect(await idOf(copy)).not.toBe(await idOf(folder));
  });
});

describe('what stays here', () => {
  const all = [
    '.env',
    '.env.local',
    'sub/.env',
    'key.PEM',
    'a/id_rsa',
    '.git/config',
    '.ssh/x',
    'pool.yml',
    'app.js',
  ];

  test('keys, .env, .git and pool.yml, and the first two are told', async () => {
    const folder = folderOf(all);
    expect(names(await arrived(folder))).toEqual(['app.js']);
    const [told] = (await read(folder)).leftOut;
    expect(told).toContain(
      '.env, .env.local, .ssh, a/id_rsa, key.PEM and 1 more; a line !NAME in .poolignore',
    );
  });

  test('what .poolignore asks for goes, what it names stays', async () => {
    const folder = folderOf(all, '\uFEFF!.env\r\n!pool.yml\n*.js\n# a comment\n');
    expect(names(await arrived(folder))).toEqual(['.env', 'pool.yml', 'sub/.env']);
    expect((await read(folder)).leftOut.join()).not.toContain('.env,');
  });

  describe('the settings file and the key in use, whatever their names', () => {
    const files = [
      'index.js',
      'prod.yml',
      'other.yml',
      'deploy/prod.yml',
      'our-key',
      'our-key.pub',
      'a/our-key',
    ];
    const without = (...gone: readonly string[]) => files.filter((name) => !gone.includes(name)).sort();
    const told =
      'app.source: left out, since they look like secrets: our-key; a line !NAME in .poolignore sends one all the same';

    test('stay here, and only they do', async () => {
      const folder = folderOf(files);
      const operators = { settings: join(folder, 'prod.yml'), key: join(folder, 'our-key') };
      const { kept, leftOut } = await sent(folder, operators);
      expect({ kept, leftOut }).toEqual({ kept: without('prod.yml', 'our-key'), leftOut: [told] });
    });

    test('a release has one name, by whatever settings file and key it was made', async () => {
      const [one, other] = [folderOf(['x', 'prod.yml']), folderOf(['x', 'staging.yml', 'my.key2'])];
      const first = await read(one, 'named', { settings: join(one, 'prod.yml') });
      const second = await read(other, 'named', {
        settings: join(other, 'staging.yml'),
        key: join(other, 'my.key2'),
      });
      expect(second.release.id).toBe(first.release.id);
    });

    test('through links: to the folder, to the folder of the file, to the file', async () => {
      const folder = folderOf(files);
      const away = newFolder();
      symlinkSync(folder, join(away, 'app'));
      symlinkSync(join(folder, 'our-key'), join(away, 'id'));
      symlinkSync(join(folder, 'deploy'), join(away, 'deploy'));
      const operators = { settings: join(away, 'deploy', 'prod.yml'), key: join(away, 'id') };
      const { kept, leftOut } = await sent(join(away, 'app'), operators);
      expect({ kept, leftOut }).toEqual({ kept: without('deploy/prod.yml', 'our-key'), leftOut: [told] });
    });

    test('a file of settings that is a link in the folder stays like what it leads to', async () => {
      const folder = folderOf(['real.yml', 'x']);
      symlinkSync('real.yml', join(folder, 'prod.yml'));
      await sent(folder, { settings: join(folder, 'prod.yml') });
      expect(listing(await arrived(folder, { settings: join(folder, 'prod.yml') }))).toEqual([
        'f 644 1 ./x ',
      ]);
    });

    test.for([
      ['beside the folder', '../prod.yml'],
      ['in a folder whose name begins alike', '../app-2/prod.yml'],
      ['that are not there', 'none.yml'],
    ] as const)('%s they keep nothing of the app here', async ([, where]) => {
      const above = folderOf(['app/prod.yml', 'app/..data', 'prod.yml', 'app-2/prod.yml']);
      const folder = join(above, 'app');
      const { kept, leftOut } = await sent(folder, {
        settings: join(folder, where),
        key: join(folder, where),
      });
      expect({ kept, leftOut }).toEqual({ kept: ['..data', 'prod.yml'], leftOut: [] });
    });

    test('go where .poolignore asks for them', async () => {
      const folder = folderOf(['prod.yml', 'our-key'], '!prod.yml\n!our-key\n');
      const operators = { settings: join(folder, 'prod.yml'), key: join(folder, 'our-key') };
      expect(await sent(folder, operators)).toEqual({ kept: ['our-key', 'prod.yml'], leftOut: [] });
    });
  });

  test('a .poolignore in a folder below is told, unless it is left out itself', async () => {
    const folder = folderOf(
      ['x', 'web/.poolignore', 'web/x', 'lib/a/.poolignore', 'modules/b/.poolignore'],
      'modules/',
    );
    writeFileSync(join(folder, 'web', '.poolignore'), 'x\n');
    expect(await sent(folder)).toEqual({
      kept: ['web/x', 'x'],
      leftOut: [
        'app.source: not read: lib/a/.poolignore, web/.poolignore; only the .poolignore of app.source itself counts: ' +
          'write the lines there, with the names of the folders before them',
      ],
    });
    writeFileSync(join(folder, '.poolignore'), '/web/x\n/*/**/.poolignore\n');
    expect(await sent(folder)).toEqual({ kept: ['x'], leftOut: [] });
  });

  test('.poolignore is read as git reads .gitignore', async () => {
    const rules = [
      ...['*.log', '!keep.log', '/top', 'build/', '!build/x', 'doc/**/*.txt', '**/cache', 'a?c', '[0-9].md'],
      ...['trailing   ', '\\#hash', '\\!bang', 'sp\\ ', 'x/*', '!x/y', 'Case', 'ü*'],
    ];
    const files = [
      ...['a.log', 'keep.log', 'top/1', 'sub/top/1', 'build/x', 'sub/build/y', 'sub/build2', 'doc/a.txt'],
      ...['doc/1/2/b.txt', 'sub/doc/a.txt', 'cache/1', 'deep/er/cache/2', 'abc', 'abbc', '1.md', 'x.md'],
      ...['trailing', '#hash', '!bang', 'sp ', 'x/y', 'x/z', 'x/q/r', 'case', 'Case', 'über', 'other'],
    ];
    const folder = folderOf(files, `${rules.join('\n')}\n`);
    const git = (...words: readonly string[]) =>
      execFileSync('git', words, { cwd: folder, encoding: 'utf8' });
    git('init', '-q');
    const kept = git('-c', 'core.quotepath=off', 'ls-files', '-o', '-z', '-X', '.poolignore');
    const expected = kept.split('\0').filter((name) => name !== '' && name !== '.poolignore');
    expect(expected.length).toBeGreaterThan(5);
    const there = await arrived(folder);
    const found = execFileSync('find', ['.', '-type', 'f', '-printf', '%P\\0'], {
      cwd: there,
      encoding: 'utf8',
    });
    expect(found.split('\0').slice(0, -1).sort()).toEqual(expected.sort());
    expect(readFileSync(join(there, 'other'), 'utf8')).toBe('other');
  });
});
