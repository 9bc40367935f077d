// The README is believed by newcomers, so its words, links and figures are held against the project.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PROGRAMS } from '../../src/cloudspeak/words.ts';
import { next, party } from './cloudspeak/pool/party.ts';
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

  test('shows who is let in by ssh and who no longer is, as it is told', async () => {
    const before = party();
    before.outside.ec2.callsFrom = { who: 'tester@laptop', range: '203.0.113.9/32' };
    await speak('pool start', before.outside);
    const { outside } = next(before);
    outside.ec2.callsFrom = { who: 'tester@laptop', range: '198.51.100.7/32' };
    const { code, stdout } = await speak('pool authorize --me', outside);
    expect(code).toBe(0);
    const lines = ['$ pool authorize --me', ...stdout.trimEnd().split('\n')];
    expect(readme).toContain(lines.map((line) => `    ${line}\n`).join(''));
  });

  test('quotes the figures of bench/results.json, all of them, as they were measured', () => {
    const rows = JSON.parse(read('bench/results.json')) as Record<string, string | number>[];
    expect(rows.length).toBeGreaterThan(0);
    // A target is the most that will do, or the least.
    const lines = new Set(readme.replaceAll(' | ≥ ', ' | ≤ ').split('\n'));
    for (const { name, measured, target, unit } of rows)
      expect(lines).toContain(`| ${name} | ${measured} ${unit} | ≤ ${target} ${unit} |`);
  });
});
