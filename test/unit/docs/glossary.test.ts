// The glossary names things that there are, each word once.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url).pathname;
const text = readFileSync(join(root, 'docs/glossary.md'), 'utf8');
const rows = [...text.matchAll(/^\| (.+) \| .+ \| (.+) \|$/gm)].filter(
  ([, word]) => !/^(word|---)$/.test(word ?? ''),
);

const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

const files = ['src', 'templates'].flatMap(filesOf);
const code = files.map((path) => readFileSync(path, 'utf8')).join('\n');

/** A file or a folder, a setting, or a name of the code. */
const isThere = (name: string): boolean =>
  name.startsWith('src/')
    ? files.some((path) => path.startsWith(join(root, name)))
    : files.some((path) => basename(path) === name) || new RegExp(`\\b${name}\\b`).test(code);

test('each word stands once', () => {
  const words = rows.map(([, word]) => word);
  expect(words.length).toBeGreaterThan(50);
  expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
});

test('what it names in the code is there', () => {
  const names = rows.flatMap(([, , where = '']) =>
    [...where.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
  expect(names.length).toBeGreaterThan(rows.length - 1);
  expect(names.filter((name) => !isThere(name))).toEqual([]);
});
