// The README is believed by newcomers, so its words, links and figures are held against the project.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PROGRAMS } from '../../src/cloudspeak/words.ts';
import { FakeOutside, speak } from './fake-world.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const readme = read('README.md');

describe('the README', () => {
  test('links only to what is there', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(4);
    expect(links.filter((link) => !existsSync(new URL(link, root)))).toEqual([]);
  });

  test('tells of every word that works', () => {
    for (const { name, words } of Object.values(PROGRAMS))
      for (const word of words) expect(readme).toMatch(new RegExp(`${name}[^\\n]*\\b${word.name}\\b`));
  });

  test('runs only words that exist', () => {
    const spoken = [...readme.matchAll(/^ {4}(?:\$ )?(pool|instance) (?:-c \S+ )?([a-z_]+)/gm)];
    expect(spoken.length).toBeGreaterThan(5);
    for (const [, name, word] of spoken)
      expect(PROGRAMS[name as 'pool'].words.map((one) => one.name)).toContain(word);
  });

  test('shows a mistake in pool.yml as it is told', async () => {
    const outside = new FakeOutside();
    outside.texts.set('/home/tester/party/pool.yml', 'name: web\nminimun_instances: 3\n');
    const { code, stderr } = await speak('pool config', outside);
    expect(code).toBe(2);
    expect(readme).toContain(`\n    ${stderr.trim()}\n`);
  });

  test('quotes the figures of bench/results.json, all of them, as they were measured', () => {
    const rows = JSON.parse(read('bench/results.json')) as Record<string, string | number>[];
    expect(rows.length).toBeGreaterThan(0);
    for (const { name, measured, target, unit } of rows)
      expect(readme).toContain(`| ${name} | ${measured} ${unit} | ≤ ${target} ${unit} |`);
  });
});
