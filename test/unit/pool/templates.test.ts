import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { PoolError } from '../../../src/pool/failure.ts';
import { readTemplates, render, TEMPLATE_NAMES, type Templates } from '../../../src/pool/templates.ts';
import { builtIn } from '../built-in.ts';

const withHosts = (text: string): Templates => ({ ...builtIn, hosts: text });

test('row 49: an unknown placeholder is an error that names the template, the placeholder and the known ones', () => {
  const broken = () => render(withHosts('a\n  {{noodles}}'), 'hosts', { nodes: [] });
  expect(broken).toThrow('templates/hosts: unknown placeholder "noodles" at 2:4; known are nodes');
  expect(broken).toThrow(expect.objectContaining({ code: 2 }));
});

test('row 49: *:8080 and other text that only looks special is left alone', () => {
  const text = 'listen *:8080 $x {a} {x} %h "q" <b> & \\n $1';
  expect(render(withHosts(`${text} {{n}}`), 'hosts', { n: '<&"\'>' })).toBe(`${text} <&"'>`);
});

test('broken syntax is an error that names the template', () => {
  expect(() => render(withHosts('{{#each nodes}}'), 'hosts', { nodes: [] })).toThrow(PoolError);
  expect(() => render(withHosts('{{#each nodes}}'), 'hosts', { nodes: [] })).toThrow(/^templates\/hosts: /);
});

test("row 50: the user's template replaces the built-in one", async () => {
  const templates = await readTemplates(async (name) => (name === 'hosts' ? 'mine' : builtIn['haproxy.cfg']));
  expect(templates.hosts).toBe('mine');
});

test('templates/ holds every template and nothing else', async () => {
  const folder = new URL('../../../templates/', import.meta.url);
  expect((await readdir(folder)).sort()).toEqual([...TEMPLATE_NAMES].sort());
});
