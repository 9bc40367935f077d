// F15: .poolignore means what git takes it for, line by line, whatever stands in it; git itself is asked.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gitPatterns } from '../../../../src/plans/git-pattern.ts';
import { leftOut } from '../../../../src/world/folder/left-out.ts';
import { walk } from '../../../../src/world/folder/walk.ts';
import { newFolder } from './ground.ts';

/** A repository without anything of the person's own settings in it. */
function repository(): string {
  const folder = newFolder();
  execFileSync('git', ['init', '-q', '--template='], { cwd: folder });
  return folder;
}

const ENV = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };

/** Puts empty files of these names there; one that cannot be, beside another, is not. */
function fill(folder: string, paths: readonly string[]): void {
  for (const name of readdirSync(folder))
    if (name !== '.git') rmSync(join(folder, name), { recursive: true });
  for (const path of paths)
    try {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), '');
    } catch {}
}

function keptByGit(folder: string, lines: string): readonly string[] {
  writeFileSync(join(folder, '.gitignore'), lines);
  const words = ['ls-files', '-z', '--others', '--exclude-per-directory=.gitignore'];
  const all = execFileSync('git', words, { cwd: folder, encoding: 'latin1', env: ENV }).split('\0');
  rmSync(join(folder, '.gitignore'));
  return all.filter((name) => name !== '' && name !== '.gitignore').sort();
}

function keptByUs(folder: string, lines: string): readonly string[] {
  writeFileSync(join(folder, '.poolignore'), lines);
  const found = walk(Buffer.from(folder), {
    isLeftOut: leftOut(Buffer.from(folder), {}, { secret: () => undefined, unread: () => undefined }),
    tell: () => undefined,
    refuse: (_, error) => error as Error,
  });
  const files = [...found].filter(({ kind }) => kind !== 'folder');
  rmSync(join(folder, '.poolignore'));
  return files
    .map(({ name }) => name.toString('latin1'))
    .filter((name) => name !== '.poolignore' && !name.startsWith('.git/'))
    .sort();
}

const NAMES = [
  'a',
  'b',
  'c',
  'ab',
  'a b',
  'a.b',
  '#x',
  '!y',
  'x ',
  '-q',
  'A',
  '[z]',
  'a\\b',
  'a*',
  'é',
  'a\nb',
];
const MORE = ['.h', 'a?', 'x\t', '^a', '{a}', '\\', ']', 'a-'];
const PARTS = [
  'a',
  'b',
  'ab',
  'x',
  '.',
  '*',
  '**',
  '***',
  '?',
  '/',
  '/',
  '**/',
  '/**',
  ' ',
  '!',
  '#',
  '\\',
  '\t',
];
const SETS = [
  '[ab]',
  '[!a]',
  '[^a]',
  '[a-c]',
  '[z-a]',
  '[]a]',
  '[\\]]',
  '[a-]',
  '[*]',
  '[[:alpha:]]',
  '[[:no:]]',
];
const REST = [
  '[',
  ']',
  '[a',
  '\\*',
  '\\ ',
  '{a}',
  '^',
  '$',
  '(',
  ')',
  '|',
  '+',
  '-',
  'é',
  '\r',
  ':]',
  '[/]',
  'A',
];

const aPath = fc
  .array(fc.constantFrom(...NAMES, ...MORE), { minLength: 1, maxLength: 3 })
  .map((names) => names.join('/'));
const aLine = fc
  .array(fc.constantFrom(...PARTS, ...SETS, ...REST), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''));
const aStarryLine = fc
  .array(fc.constantFrom('*', '*', '**', '**/', '/', 'a', 'b', '?'), { minLength: 3, maxLength: 9 })
  .map((parts) => parts.join(''));
const someLines = fc
  .tuple(
    fc.array(fc.oneof(aLine, aStarryLine), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('\n', '\r\n'),
  )
  .map(([lines, end]) => lines.join(end) + end);

describe('F15: .poolignore as git reads it', () => {
  const folder = repository();
  const check = (paths: readonly string[], lines: string): void => {
    fill(folder, paths);
    expect(keptByUs(folder, lines)).toEqual(keptByGit(folder, lines));
  };

  test.for([
    ['!\n', ['a', 'b']],
    ['*.[!o]\n', ['x.o', 'x.a', 'x.c']],
    ['[^a]*\n', ['a', 'ab', 'b']],
    ['\\*\n', ['*', 'a', 'b/c']],
    ['[[:digit:]]*\n', ['1', '12', 'a']],
    ['[/\n[\na[b\n', ['[', 'a', '[/x']],
    ['a\t\nb  \nc\\ \n', ['a', 'b', 'c', 'c ', 'a\t']],
    ['\ufeffa\r\n\r\n#b\r\n', ['a', 'b', '#b']],
    ['a/**/b\n/c/*\n!/c/d\n', ['a/b', 'a/x/b', 'a/x/y/b', 'c/d', 'c/e', 'c/f/g']],
    ['node/\n!node/keep\n', ['node/keep', 'node/x', 'sub/node/x']],
    ['a**b\na**/c\n', ['ab', 'axb', 'a/b', 'a/c', 'ax/c', 'a/x/c']],
  ] as const)('%j', ([lines, paths]) => check(paths, lines));

  test('any lines, and any names', { timeout: 60_000 }, () => {
    const paths = fc.uniqueArray(aPath, { minLength: 2, maxLength: 12 });
    fc.assert(fc.property(paths, someLines, check), { numRuns: Number(process.env['IGNORE_RUNS'] ?? 150) });
  });
});

test('many asterisks take no longer than few', () => {
  const lines = ['*a'.repeat(20), '**/a'.repeat(20), '?*'.repeat(20), '**/*a*'.repeat(9)].map(
    (line) => `${line}b`,
  );
  const asked = gitPatterns(lines.join('\n'), { ignoreCase: false });
  const begun = performance.now();
  for (const path of ['a'.repeat(255), `${'a/'.repeat(120)}a`, `${'aaaa/'.repeat(50)}a`]) asked(path, false);
  expect(performance.now() - begun).toBeLessThan(1_000);
});

describe('F15: a line of any length', () => {
  test.each([
    ['a'.repeat(10_000), '\\'.repeat(10_000), '[a]'.repeat(5_000), '?'.repeat(900_000), 'a '.repeat(50_000)],
    [
      '*a'.repeat(5_000),
      '**/a/'.repeat(50_000),
      `/${'[[:graph:]]*'.repeat(5_000)}`,
      `${' '.repeat(200_000)}b`,
    ],
  ])('that asks for more than a path can hold means nothing', (...lines) => {
    const begun = performance.now();
    const asked = gitPatterns([...lines, 'kept'].join('\n'), { ignoreCase: false });
    expect(asked('a'.repeat(255), false)).toBeUndefined();
    expect(asked('kept', false)).toBe('out');
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  test('of spaces is read at once', () => {
    const begun = performance.now();
    const asked = gitPatterns(`a${' '.repeat(900_000)}`, { ignoreCase: false });
    expect(asked('a', false)).toBe('out');
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  test('that is beyond all measure is told with its number, and what to do', () => {
    const folder = newFolder();
    expect(() => keptByUs(folder, `a\n\n/${'*a'.repeat(4_000)}\n`)).toThrow(
      `${folder}/.poolignore: line 3 holds more asterisks than can be matched; write it shorter`,
    );
  });
});

test('what is asked for below a folder of keys that is asked for is sent', () => {
  const folder = newFolder();
  fill(folder, ['.ssh/config', '.ssh/id_rsa', 'x']);
  expect(keptByUs(folder, '!.ssh/\n')).toEqual(['.ssh/config', 'x']);
});

test('a "!" alone asks for nothing: what looks like a secret stays', () => {
  const folder = newFolder();
  fill(folder, ['.env', '.git/config', 'x']);
  expect(keptByUs(folder, '!\n! \n')).toEqual(['x']);
});
