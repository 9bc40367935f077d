// F7: a setting that is a text holds what stands in the file, whatever YAML takes it for.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { load, problems } from './given-settings.ts';

/** What people write without quotes and YAML (1.2, or 1.1 of old) takes for a number, a truth or a date. */
const WRITTEN = [
  ...['1.10', '1.0', '1.', '.5', '-.5', '+5', '-0', '0', '00', '007', '0123456789', '1e3', '1E+3', '6.02e23'],
  ...['12345678901234567890', '0x1F', '0xDEADBEEF', '0o17', '0b101', '1_000', '1,000', '1:30', '22:22'],
  ...['.inf', '-.INF', '+.Inf', '.nan', '.NaN', 'Infinity', 'NaN', 'true', 'True', 'TRUE', 'false', 'FALSE'],
  ...['yes', 'no', 'on', 'off', 'y', 'N', '2026-11-28', '2026-11-28 10:00:00', '2026-11-28T10:00:00Z', '<<'],
  ...['1.2.3', '10.0.0.1', 'v1', '=', '1-2', '+1 555 0100', '١٢٣', 'é', '100%', '#fff'.slice(1)],
];

const APP = 'source: ., command: x';
const envOf = async (given: Parameters<typeof load>[0]) => (await load(given)).settings.app?.env;

describe('F7: values of app.env', () => {
  test.for(WRITTEN.filter((one) => !['1,000'].includes(one)))(
    '%s, in every form of the file',
    async (text) => {
      const block = `app:\n  source: .\n  command: x\n  env:\n    A: ${text}\n`;
      for (const file of [
        block,
        block.replace(/^( *)(\w)/gm, '$1:$2'),
        `app: { ${APP}, env: { A: ${text} } }`,
        `x-it: &it ${text}\napp: { ${APP}, env: { A: *it } }`,
        `x-all: &all\n  A: ${text}\napp:\n  source: .\n  command: x\n  env:\n    <<: *all\n`,
        `x-all: &all { A: ${text} }\napp: { ${APP}, env: *all }`,
        block.replace(text, `'${text}'`),
        block.replace(text, `"${text}"`),
      ])
        expect(await envOf({ file })).toEqual({ A: text });
      expect(await envOf({ env: { POOL_APP: `{${APP}, env: {A: ${text}}}` } })).toEqual({ A: text });
      expect(await envOf({ options: { app: `{${APP}, env: {A: ${text}}}` } })).toEqual({ A: text });
    },
  );

  test.for(['1.10', '1e3', '12345678901234567890', '-0', 'true', '1.0'])(
    '%s in the JSON of POOL_APP',
    async (text) => {
      const POOL_APP = `{"source":".","command":"x","env":{"A":${text}}}`;
      expect(await envOf({ env: { POOL_APP } })).toEqual({ A: text });
    },
  );

  test('a tag says what it is, and the text stays', async () => {
    const file = `app: { ${APP}, env: { A: !!str 1.10, B: !!float 1.10, C: !!int "007" } }`;
    expect(await envOf({ file })).toEqual({ A: '1.10', B: '1.10', C: '007' });
  });

  test.for(['', '~', 'null', 'Null', 'NULL', '!!null x'])('%j says nothing, and is refused', async (text) => {
    expect(await problems({ file: `app:\n  source: .\n  command: x\n  env:\n    A: ${text}\n` })).toEqual([
      expect.stringMatching(/^pool\.yml:5: .*(nothing stands there|cannot be resolved|resolve|stands for)/),
    ]);
  });

  test.for(['[a]', '{a: b}', '[]'])('%s is no text', async (text) => {
    expect(await problems({ file: `app: { ${APP}, env: { A: ${text} } }` })).toEqual([
      'pool.yml:1: app.env.A must be text',
    ]);
  });

  test('whatever can stand there without quotes comes out as it stands', async () => {
    const plain = fc.stringMatching(/^[0-9+.-][0-9a-fA-FxXoO_.eE+-]{0,24}$/);
    await fc.assert(
      fc.asyncProperty(plain, async (text) => {
        fc.pre(!/^-+$|^\.\.\.$/.test(text));
        expect(await envOf({ file: `app: { ${APP}, env: { A: ${text}, B: ${text} } }` })).toEqual({
          A: text,
          B: text,
        });
      }),
    );
  });

  test('names are what stands there, too', async () => {
    const file = `app: { ${APP}, env: { True: 1, Y: 2, INF: 3 } }`;
    expect(await envOf({ file })).toEqual({ True: '1', Y: '2', INF: '3' });
  });
});

describe('F7: other settings that are texts', () => {
  test.for([
    ['keypair', '0123'],
    ['keypair', '2026-11-28'],
    ['aws_profile', '012345678901'],
    ['aws_profile', '1e3'],
    ['shared_bucket', '0123456'],
    ['instance_profile', '1.10'],
    ['ami', '1.10'],
    ['user_data', '0x10'],
  ] as const)('%s: %s', async ([key, text]) => {
    const beside = key === 'shared_bucket' ? 'instance_profile: x\n' : '';
    expect((await load({ file: `${beside}${key}: ${text}` })).settings[key]).toBe(text);
    expect((await load({ file: `${beside}${key}: '${text}'` })).settings[key]).toBe(text);
  });

  test('lists, and the command and the lines of the app', async () => {
    const { settings } = await load({
      file: 'services: [1.10, on, 0x1]\nsize: [t3.small]\napp: {source: 1.0, command: true, install: [true, 007]}',
      env: { POOL_ZONES: '[1.10]' },
    });
    expect(settings).toMatchObject({
      services: ['1.10', 'on', '0x1'],
      zones: ['1.10'],
      app: { source: '/home/tester/party/1.0', command: 'true', install: ['true', '007'] },
    });
  });

  test('numbers are read as YAML has them, and errors show what was written', async () => {
    const { settings } = await load({ file: 'max_connections: 0x10\nmax_hourly_usd: 1e-1\nspot: true' });
    expect(settings).toMatchObject({ max_connections: 16, max_hourly_usd: 0.1, spot: true });
    expect(
      await problems({ file: 'name: 1.10\nspot: yes\nmax_connections: 1_000\nvolume_size: 1.50' }),
    ).toEqual([
      'pool.yml:1: name must be 1 to 40 of a-z, 0-9 and dash, starting with a letter, not 1.10',
      'pool.yml:2: spot must be true or false, not "yes"',
      'pool.yml:3: max_connections must be a whole number, at least 1, not "1_000"',
      'pool.yml:4: volume_size must be a whole number from 1 to 16384, not 1.50',
    ]);
  });

  test('YAML 1.1 of old is refused: yes would be true there', async () => {
    expect((await problems({ file: '%YAML 1.1\n---\nspot: yes' }))[0]).toContain('leave out the line %YAML');
    await expect(load({ file: '%YAML 1.2\n---\nspot: true' })).resolves.toBeDefined();
  });
});
