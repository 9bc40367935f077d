// Secrets stand in pool.yml, and slips of the pen happen there: what is said about them repeats no value.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readYaml } from '../../../src/world/yaml.ts';
import { load, problems } from './given-settings.ts';

const MARKER = 'marker-27';
const app = (env: string) => `app:\n  source: .\n  command: x\n  env:${env}\n`;
const inMap = (value: string) => app(`\n    PASSWORD: ${value}`);

test.for([
  ['a * before it', inMap(`*${MARKER}`), 'pool.yml:5: a * at the start stands for something else in YAML'],
  ['a ! before it', inMap(`!${MARKER}`), 'pool.yml:5: a ! at the start stands for something else in YAML'],
  ['a ! within it', inMap(`!a!${MARKER}`), 'pool.yml:5: a ! at the start'],
  ['an & before it', inMap(`&${MARKER}`), 'pool.yml:5: app.env.PASSWORD must be text'],
  ['more behind quotes', inMap(`"a" ${MARKER}`), 'pool.yml:5: Unexpected scalar at node end'],
  ['a bracket before it', inMap(`]${MARKER}`), 'Unexpected scalar token in YAML'],
  ['a | before it', inMap(`|${MARKER}`), 'pool.yml:5: Block scalar header includes extra characters'],
  ['a backslash', inMap(`"\\q${MARKER}"`), 'pool.yml:5: a backslash between these quotes'],
  ['no space behind the colon', app(` { PASSWORD:${MARKER} }`), 'app.env.PASSWORD:… is no name'],
  ['= for a colon', app(` { PASSWORD=${MARKER} }`), 'app.env.PASSWORD=… is no name'],
  ['text for a map', app(` PASSWORD=${MARKER}`), 'pool.yml:4: app.env must be a map of names to texts'],
  ['text for the app', `app: ${MARKER}`, 'pool.yml:1: app must be a map with source and command'],
  ['a map for text', inMap(`{ a: ${MARKER} }`), 'pool.yml:5: app.env.PASSWORD must be text'],
  ['out of place', `PASSWORD=${MARKER}: 1`, 'pool.yml:1: unknown key "PASSWORD=…"'],
  ['within the app', `app: { PASSWORD=${MARKER}: 1 }`, 'pool.yml:1: unknown key "app.PASSWORD=…"'],
  ['twice', `:a=${MARKER}: 1\na=${MARKER}: 2`, 'pool.yml: "a=…" stands there twice'],
  ['user_data as a list', `user_data: [${MARKER}]`, 'pool.yml:1: user_data must be text'],
] as const)('row 27: a secret with %s is not shown', async ([, file, line]) => {
  const said = (await problems({ file })).join('\n');
  expect(said).toContain(line);
  expect(said).not.toContain(MARKER);
});

test.for([`{ env: { A: *${MARKER} } }`, `{ env: { A: !${MARKER} x } }`, `]${MARKER}`, MARKER])(
  'row 27: nor is one in a variable or an option: %s',
  async (text) => {
    for (const given of [{ env: { POOL_APP: text } }, { options: { app: text } }])
      expect((await problems(given)).join('\n')).not.toContain(MARKER);
  },
);

test('aliases that name an anchor are read, and those that swell are refused', async () => {
  const { settings } = await load({ file: inMap('&one two\n    OTHER: *one') });
  expect(settings.app?.env).toEqual({ PASSWORD: 'two', OTHER: 'two' });
  const swell = ['a: &a [x, x, x, x, x, x, x, x, x, x]', ...'bcdefg'].reduce(
    (text, name, at) => `${text}\n${name}: &${name} [${Array(10).fill(`*${'abcdef'[at - 1]}`)}]`,
  );
  expect(await problems({ file: swell })).toEqual([
    'pool.yml:1: its aliases (*name) come to more than can be read',
  ]);
});

const PIECES = [
  ...'*&!|>%@`"\'#{}[],:?-=\\ \n\t',
  ': ',
  '- ',
  '!!',
  '"\\',
  '---\n',
  '%YAML ',
  '<<: ',
  'a: ',
  '  ',
];

test('row 27: nothing that may be wrong with YAML shows what was written', () => {
  const around = fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(around, around, (before, after) => {
      const { mistakes } = readYaml(`${before}${MARKER}${after}`);
      for (const { text } of mistakes) expect(text).not.toContain(MARKER);
    }),
    { numRuns: 3_000 },
  );
});
