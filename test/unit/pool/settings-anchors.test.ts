// Anchors, merges and keys to keep them under, as docker compose has them.
import { describe, expect, test } from 'vitest';
import { schemaText } from '../../../src/pool/settings-schema.ts';
import { load, problems } from './given-settings.ts';

const COMMON = 'x-common: &common\n  A: 1.10\n  B: b\n';
const app = (env: string) => `${COMMON}app:\n  source: .\n  command: x\n  env:\n${env}`;
const envOf = async (file: string) => (await load({ file })).settings.app?.env;

describe('puzzling: << takes in the keys of another map', () => {
  test.for([
    ['    <<: *common\n', { A: '1.10', B: 'b' }],
    ['    <<: *common\n    B: own\n', { A: '1.10', B: 'own' }],
    ['    B: own\n    <<: *common\n', { A: '1.10', B: 'own' }],
    ['    <<: [*common, { A: 2, C: 3 }]\n', { A: '1.10', B: 'b', C: '3' }],
    ['    <<: { C: 3 }\n', { C: '3' }],
  ] as const)('%j', async ([env, expected]) => {
    expect(await envOf(app(env))).toEqual(expected);
  });

  test('settings at the top, too, and in the form of 2008', async () => {
    const file = 'x-all: &all\n  minimum_instances: 3\n  size: m5.large\n<<: *all\nsize: t3.nano\n';
    expect((await load({ file })).settings).toMatchObject({ minimum_instances: 3, size: ['t3.nano'] });
    const old = ':x-all: &all\n  :minimum_instances: 3\n:maximum_instances: 5\n<<: *all\n';
    expect((await load({ file: old })).settings).toMatchObject({
      minimum_instances: 3,
      maximum_instances: 5,
    });
  });

  test.for([
    [app('    <<: 5\n'), 'pool.yml:8: behind << there must be a map, like *common'],
    [app('    <<: [*common, 5]\n'), 'pool.yml:8: behind << there must be a map'],
    [app('    <<: *comon\n'), 'pool.yml:8: a * at the start stands for something else'],
    ['x-a: &a\n  minimum_instances: two\n<<: *a\n', 'pool.yml:2: minimum_instances must be a whole number'],
    ['x-a: &a\n  minimum_instance: 2\n<<: *a\n', 'pool.yml:2: unknown key "minimum_instance"; did you mean'],
    [
      'x-a: &a\n  PORT : [1]\napp: {source: ., command: x, env: *a}\n',
      'pool.yml:2: app.env.PORT must be text',
    ],
    ['x-a: &a { spot: maybe }\nname: a\n<<: *a\nspot: perhaps', 'pool.yml:4: spot must be true or false'],
    ['a: &a\n  <<: *a\n', 'pool.yml:'],
    ['{a: b}: c', 'pool.yml:1: a key must be a plain name'],
    ['[name]: c', 'pool.yml:1: a key must be a plain name'],
    ['x-n: &n name\n*n : c', 'pool.yml:2: a key must be a plain name'],
  ] as const)('%j is told where it is written', async ([file, message]) => {
    expect((await problems({ file })).join('\n')).toContain(message);
  });

  test('"<<" between quotes is a name like any other', async () => {
    expect((await problems({ file: app("    '<<': x\n") }))[0]).toContain('app.env.<< is no name');
  });

  test('maps within maps by the million are refused', async () => {
    const levels = 'abcdefghij'.split('');
    const lines = levels.map((name, at) => {
      const below = levels[at - 1];
      return `x-${name}: &${name} [${below === undefined ? '1' : Array(10).fill(`*${below}`).join(', ')}]`;
    });
    expect((await problems({ file: lines.join('\n') }))[0]).toContain('come to more than can be read');
  });
});

describe('puzzling: keys that begin with x- are passed over', () => {
  test.for(['x-common: 1', 'x-: {a: [b]}', ':x-old: y', '"x-quoted": ~'])('%j', async (file) => {
    await expect(load({ file: `${file}\nname: a` })).resolves.toMatchObject({ settings: { name: 'a' } });
  });

  test('at the top alone, and no other letter', async () => {
    expect((await problems({ file: 'X-common: 1' }))[0]).toContain('unknown key "X-common"');
    expect((await problems({ file: 'xcommon: 1' }))[0]).toContain('unknown key');
    expect((await problems({ file: 'app: {source: ., command: x, x-mine: 1}' }))[0]).toContain('app.x-mine');
  });

  test('the schema for editors lets them pass', () => {
    expect(Object.keys(JSON.parse(schemaText()).patternProperties)).toEqual(['^x-']);
  });
});
