// house B: nothing loads a plugin yet, so a name of one is refused, and switches no other check off.
import { expect, test } from 'vitest';
import { load, problems } from './given-settings.ts';

const REFUSED = 'plugins are not built yet, so none can be loaded; leave plugins out';

test.for([
  [{ file: 'name: a\nplugins: [./mine.js]' }, 'pool.yml:2'],
  [{ file: 'name: a\nplugins: ./mine.js' }, 'pool.yml:2'],
  [{ file: ':plugins: mine' }, 'pool.yml:1'],
  [{ env: { POOL_PLUGINS: './no-such-file.js' } }, 'POOL_PLUGINS'],
  [{ options: { plugins: 'a b' } }, '--plugins'],
] as const)('house B: %j is refused', async ([given, where]) => {
  expect(await problems(given)).toEqual([`${where}: ${REFUSED}`]);
});

test('house B: a plugin makes no metric known', async () => {
  const given = { env: { POOL_PLUGINS: './no-such-file.js', POOL_EXPAND_WHEN: 'lod > 0.8' } };
  expect(await problems(given)).toEqual([
    `POOL_PLUGINS: ${REFUSED}`,
    'POOL_EXPAND_WHEN: expand_when is no rule: line 1, column 1: unknown metric "lod"; did you mean "load"?',
  ]);
});

test.for(['plugins:', 'plugins: []', 'plugins: null', 'plugins: ""'])(
  'house B: %j names none, and is well',
  async (file) => {
    expect((await load({ file })).settings.plugins).toEqual([]);
  },
);
