// Settings: which place wins, what each may hold, and what is said about mistakes.
import { describe, expect, test } from 'vitest';
import { PoolError } from '../../../src/pool/failure.ts';
import { SETTING_KEYS } from '../../../src/pool/setting-keys.ts';
import type { SettingKey } from '../../../src/pool/settings.ts';
import { nameFromFolder } from '../../../src/pool/settings-defaults.ts';
import { loadSettings } from '../../../src/world/load-settings.ts';

const FILE = '/home/tester/party/pool.yml';

interface Given {
  readonly file?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly options?: Partial<Record<SettingKey, string>>;
  readonly asked?: string;
  readonly mustBeNamed?: boolean;
}

const load = ({ file, env = {}, options = {}, asked, mustBeNamed = false }: Given) =>
  loadSettings(
    {
      env,
      cwd: '/home/tester/party',
      homedir: '/home/tester',
      readText: async (path) => (path === FILE || path === '/elsewhere/other.yml' ? file : undefined),
    },
    { options: new Map(Object.entries(options) as [SettingKey, string][]), file: asked, mustBeNamed },
  );

async function problems(given: Given): Promise<readonly string[]> {
  const error: unknown = await load(given).then(
    () => new Error('the settings were accepted'),
    (reason) => reason,
  );
  if (!(error instanceof PoolError)) throw error;
  expect(error.code).toBe(2);
  return [error.message, ...error.details];
}

const timings = (deadtime: number) => ({
  keepalive: 1_000,
  warntime: deadtime / 2,
  deadtime,
  initdead: deadtime * 2,
});
const app = (command: string) => ({
  source: '/home/tester/party',
  command,
  health: '/',
  env: {},
  install: [],
});

/** For each key: text on the command line, in the environment, in the file; what each reads as; the default. */
const TABLE: Record<
  SettingKey,
  { texts: [string, string, string]; values: [unknown, unknown, unknown]; fallback: unknown }
> = {
  name: {
    texts: ['from-line', 'from-env', 'from-file'],
    values: ['from-line', 'from-env', 'from-file'],
    fallback: 'party',
  },
  minimum_instances: { texts: ['1', '3', '4'], values: [1, 3, 4], fallback: 2 },
  maximum_instances: { texts: ['7', '8', '9'], values: [7, 8, 9], fallback: 4 },
  polling_time: { texts: ['1s', '2.seconds', '3'], values: [1_000, 2_000, 3_000], fallback: 5_000 },
  expand_when: {
    texts: ['load > 1', 'load > 2', 'load > 3'],
    values: ['load > 1', 'load > 2', 'load > 3'],
    fallback: 'load > 0.8 for 30s or queue > 0 for 10s',
  },
  contract_when: {
    texts: ['load < 1', 'load < 2', '[load < 3, queue == 0 or web < 1]'],
    values: ['load < 1', 'load < 2', 'load < 3 and (queue == 0 or web < 1)'],
    fallback: 'load < 0.3 for 5m and queue == 0 for 5m',
  },
  interval_wait_time: { texts: ['1m', '2m', '0'], values: [60_000, 120_000, 0], fallback: 300_000 },
  warm_up: { texts: ['1m', '2m', '3m'], values: [60_000, 120_000, 180_000], fallback: 90_000 },
  max_connections: { texts: ['1', '2', '3'], values: [1, 2, 3], fallback: 64 },
  max_hourly_usd: { texts: ['0.5', '1', '2.25'], values: [0.5, 1, 2.25], fallback: undefined },
  host_port: { texts: ['81', '82', '83'], values: [81, 82, 83], fallback: 80 },
  client_port: { texts: ['9001', '9002', '9003'], values: [9_001, 9_002, 9_003], fallback: 8_001 },
  app: {
    texts: ['{source: ., command: a}', '{source: ., command: b}', '{source: ., command: c}'],
    values: [app('a'), app('b'), app('c')],
    fallback: undefined,
  },
  ami: {
    texts: ['ami-1', 'poolparty', 'ami-3'],
    values: ['ami-1', 'poolparty', 'ami-3'],
    fallback: 'debian-12',
  },
  size: {
    texts: ['t3.nano', 'm5.large', 'u-6tb1.metal'],
    values: ['t3.nano', 'm5.large', 'u-6tb1.metal'],
    fallback: 't3.small',
  },
  region: {
    texts: ['us-east-1', 'eu-west-2', 'us-gov-west-1'],
    values: ['us-east-1', 'eu-west-2', 'us-gov-west-1'],
    fallback: undefined,
  },
  zones: {
    texts: ['us-east-1a,us-east-1b', '[us-east-1c]', '[us-east-1d]'],
    values: [['us-east-1a', 'us-east-1b'], ['us-east-1c'], ['us-east-1d']],
    fallback: [],
  },
  subnets: {
    texts: ['subnet-1', 'subnet-2 subnet-3', '[subnet-4]'],
    values: [['subnet-1'], ['subnet-2', 'subnet-3'], ['subnet-4']],
    fallback: [],
  },
  keypair: { texts: ['a', 'b', 'c'], values: ['a', 'b', 'c'], fallback: undefined },
  keypair_path: {
    texts: ['~/a', 'keys/b', '/c'],
    values: ['/home/tester/a', '/home/tester/party/keys/b', '/c'],
    fallback: undefined,
  },
  username: { texts: ['a', 'b', 'c'], values: ['a', 'b', 'c'], fallback: 'admin' },
  public_ip: {
    texts: ['none', '198.51.100.7', 'auto'],
    values: ['none', '198.51.100.7', 'auto'],
    fallback: 'auto',
  },
  shared_bucket: { texts: ['aaa', 'bbb', 'ccc'], values: ['aaa', 'bbb', 'ccc'], fallback: undefined },
  shared_path: { texts: ['/a', '/b', '/c'], values: ['/a', '/b', '/c'], fallback: '/data' },
  instance_profile: { texts: ['a', 'b', 'c'], values: ['a', 'b', 'c'], fallback: undefined },
  failover: {
    texts: ['{deadtime: 4s}', '{deadtime: 6s}', '{deadtime: 8s}'],
    values: [timings(4_000), timings(6_000), timings(8_000)],
    fallback: timings(5_000),
  },
  services: { texts: ['a', 'b', '[c]'], values: [['a'], ['b'], ['c']], fallback: [] },
  plugins: { texts: ['a', 'b', '[c]'], values: [['a'], ['b'], ['c']], fallback: [] },
  user_data: {
    texts: ['#!/bin/sh', '#cloud-config', 'c'],
    values: ['#!/bin/sh', '#cloud-config', 'c'],
    fallback: undefined,
  },
};

/** Keeps the other end of a limit out of the way of the key under test. */
const ROOM: Readonly<Record<string, string>> = { POOL_MAXIMUM_INSTANCES: '10' };

describe('row 20: command line, then environment, then file, then defaults', () => {
  test('the table has every key', () => {
    expect(Object.keys(TABLE)).toEqual(SETTING_KEYS);
  });

  test.for(SETTING_KEYS)('%s', async (key) => {
    const { texts, values, fallback } = TABLE[key];
    const [line, variable, entry] = texts;
    const room = key === 'minimum_instances' ? ROOM : {};
    const file = `${key}: ${entry}\n`;
    const env = { ...room, [`POOL_${key.toUpperCase()}`]: variable };
    const cases = [
      [{ file, env, options: { [key]: line } }, values[0], 'command line'],
      [{ file, env }, values[1], 'environment'],
      [{ file, env: room }, values[2], 'file'],
      [{ file: '', env: room }, fallback, 'default'],
    ] as const;
    for (const [given, value, source] of cases) {
      const { settings, sources } = await load(given);
      expect([settings[key], sources[key]]).toEqual([value, source]);
    }
  });

  test('an empty variable and an empty entry say nothing', async () => {
    const { sources } = await load({ file: 'size:\nami: ami-1\n', env: { POOL_AMI: '', POOL_SIZE: '' } });
    expect([sources.size, sources.ami]).toEqual(['default', 'file']);
  });

  test('KEYPAIR_NAME and EC2_HOME name the key, AWS_REGION the region; POOL_ comes first', async () => {
    const env = {
      KEYPAIR_NAME: 'mine',
      EC2_HOME: '/keys',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-2',
    };
    expect((await load({ env })).settings).toMatchObject({
      keypair: 'mine',
      keypair_path: '/keys/mine',
      region: 'eu-west-1',
    });
    const named = await load({ env: { ...env, POOL_KEYPAIR: 'other', POOL_REGION: 'us-east-1' } });
    expect(named.settings).toMatchObject({
      keypair: 'other',
      keypair_path: '/keys/other',
      region: 'us-east-1',
    });
    expect((await load({ env, file: 'keypair_path: keys/x' })).settings.keypair_path).toBe(
      '/home/tester/party/keys/x',
    );
  });
});

test('row 22: the defaults', async () => {
  const defaults = Object.entries(TABLE).map(([key, { fallback }]) => [key, fallback]);
  expect((await load({})).settings).toEqual(Object.fromEntries(defaults));
});

describe('row 21: the form of 2008', () => {
  test('keys with a leading colon are read, and durations as Ruby writes them', async () => {
    const { settings } = await load({
      file: ':minimum_instances: 3\n:polling_time: 30.seconds\n:interval_wait_time: 5.minutes\n',
    });
    expect(settings).toMatchObject({
      minimum_instances: 3,
      polling_time: 30_000,
      interval_wait_time: 300_000,
    });
  });

  test('mistakes there are found as well', async () => {
    expect(await problems({ file: ':name: a\n:minimum_instances: two\n' })).toEqual([
      'pool.yml:2: minimum_instances must be a whole number, at least 1, not "two"',
    ]);
    expect(await problems({ file: ':size: t3.nano\nsize: t3.small\n' })).toEqual([
      'pool.yml: "size" stands there twice, with a colon and without; keep one',
    ]);
  });
});

describe('row 24: mistakes are named with key, line and the nearest valid key', () => {
  test.for([
    [
      'minimun_instances: 2',
      'pool.yml:1: unknown key "minimun_instances"; did you mean "minimum_instances"?',
    ],
    ['name: a\n\nfoo: 1', 'pool.yml:3: unknown key "foo"'],
    ['x-mine: 1', 'pool.yml:1: unknown key "x-mine"'],
    [
      'name: a\napp:\n  source: .\n  comand: x\n  command: y',
      'pool.yml:4: unknown key "app.comand"; did you mean "command"?',
    ],
    ['app:\n  source: .', 'pool.yml:1: app.command is missing'],
    [
      'app:\n  source: .\n  command: x\n  health: well',
      'pool.yml:4: app.health must be a path that starts with a slash, not "well"',
    ],
    [
      'app:\n  source: .\n  command: x\n  env:\n    "A B": c',
      'pool.yml:5: app.env.A B is no name for an environment variable',
    ],
    ['app: node server.js', 'pool.yml:1: app must be a map with source and command, not "node server.js"'],
    ['minimum_instances: "2"', 'pool.yml:1: minimum_instances must be a whole number, at least 1, not "2"'],
    ['minimum_instances: 0', 'pool.yml:1: minimum_instances must be a whole number, at least 1, not 0'],
    ['minimum_instances: 1.5', 'pool.yml:1: minimum_instances must be a whole number, at least 1, not 1.5'],
    [
      'maximum_instances: 3\nminimum_instances: 5',
      'pool.yml:2: minimum_instances 5 is more than maximum_instances 3; raise the one or lower the other (the other: pool.yml:1)',
    ],
    [
      'minimum_instances: 5',
      'pool.yml:1: minimum_instances 5 is more than maximum_instances 4; raise the one or lower the other (the other: default)',
    ],
    ['polling_time: 0', 'pool.yml:1: polling_time must be longer than nothing, not 0'],
    [
      'polling_time: -5',
      'pool.yml:1: polling_time must be a duration like 30s, 5m, 30.seconds or a number of seconds, not -5',
    ],
    [
      'polling_time: soon',
      'pool.yml:1: polling_time must be a duration like 30s, 5m, 30.seconds or a number of seconds, not "soon"',
    ],
    ['host_port: 0', 'pool.yml:1: host_port must be a whole number from 1 to 65535, not 0'],
    ['client_port: 65536', 'pool.yml:1: client_port must be a whole number from 1 to 65535, not 65536'],
    [
      'host_port: 8001',
      'pool.yml:1: host_port and client_port are both 8001; HAProxy and the app need a port each (the other: default)',
    ],
    [
      'maximum_instances: 1',
      'pool.yml:1: minimum_instances 2 is more than maximum_instances 1; raise the one or lower the other (the other: default)',
    ],
    [
      'host_port: 90\nclient_port: 90',
      'pool.yml:2: host_port and client_port are both 90; HAProxy and the app need a port each (the other: pool.yml:1)',
    ],
    [
      'name: My Pool',
      'pool.yml:1: name must be 1 to 40 of a-z, 0-9 and dash, starting with a letter, not "My Pool"',
    ],
    ['name: 12', 'pool.yml:1: name must be 1 to 40 of a-z, 0-9 and dash, starting with a letter, not 12'],
    ['public_ip: 1.2.3', 'pool.yml:1: public_ip must be auto, none or an IPv4 address, not "1.2.3"'],
    ['public_ip: 1.2.3.999', 'pool.yml:1: public_ip must be auto, none or an IPv4 address, not "1.2.3.999"'],
    ['max_hourly_usd: 0', 'pool.yml:1: max_hourly_usd must be a price in USD above 0, not 0'],
    [
      'failover: {keepalive: 9s}',
      'pool.yml:1: failover needs keepalive < warntime < deadtime <= initdead, not 9000ms, 2500ms, 5000ms, 10000ms',
    ],
    [
      'expand_when: laod > 1',
      'pool.yml:1: expand_when is no rule: line 1, column 1: unknown metric "laod"; did you mean "load"?',
    ],
    [
      'expand_when: ""',
      'pool.yml:1: expand_when is no rule: line 1, column 1: an empty rule would never hold; write one like "load > 0.8 for 30s"',
    ],
    [
      'expand_when: []',
      'pool.yml:1: expand_when is no rule: line 1, column 1: an empty rule would never hold; write one like "load > 0.8 for 30s"',
    ],
    ['- a\n- b', 'pool.yml:1: the settings must be lines like "minimum_instances: 2"'],
    ['name: a\nname: b', 'pool.yml:2: Map keys must be unique'],
  ] as const)('%j', async ([file, message]) => {
    expect((await problems({ file })).join('\n')).toContain(message);
  });

  test('all mistakes are shown at once', async () => {
    expect(await problems({ file: 'host_port: x\nfoo: 1\nsize: 3', env: { POOL_CLIENT_PORT: 'y' } })).toEqual(
      [
        'POOL_CLIENT_PORT: client_port must be a whole number from 1 to 65535, not "y"',
        'pool.yml:1: host_port must be a whole number from 1 to 65535, not "x"',
        'pool.yml:2: unknown key "foo"',
        'pool.yml:3: size must be an instance type like t3.small, not 3',
      ],
    );
  });

  test('a mistake on the command line names the option', async () => {
    expect(await problems({ options: { minimum_instances: '-1' } })).toEqual([
      '--minimum-instances: minimum_instances must be a whole number, at least 1, not -1',
    ]);
  });

  test('a near miss of a POOL_ variable is refused, a name of another tool is not', async () => {
    expect(await problems({ env: { POOL_MINIMUM_INSTANCE: '1' } })).toEqual([
      'POOL_MINIMUM_INSTANCE: no such setting; did you mean POOL_MINIMUM_INSTANCES?',
    ]);
    await expect(
      load({ env: { POOL_NODE: 'node0', POOL_INSTANCE_ID: 'i-1', POOL_TEMPERATURE: '27' } }),
    ).resolves.toBeDefined();
  });

  test('YAML that cannot be read names its line', async () => {
    expect((await problems({ file: 'name: a\nservices: [b\n' }))[0]).toMatch(/^pool\.yml:[23]: /);
    expect(await problems({ env: { POOL_APP: '{source: .' } })).toEqual([
      expect.stringMatching(/^POOL_APP: app is no YAML: /),
    ]);
  });
});

describe('which file is read', () => {
  test('-c, then CONFIG_FILE, then pool.yml', async () => {
    const env = { CONFIG_FILE: '/elsewhere/other.yml' };
    const file = 'size: t3.nano';
    expect(await load({ file, env, asked: 'pool.yml' })).toMatchObject({
      file: 'pool.yml',
      folder: '/home/tester/party',
    });
    expect(await load({ file, env })).toMatchObject({ file: '/elsewhere/other.yml', folder: '/elsewhere' });
    expect(await load({ file })).toMatchObject({ file: 'pool.yml' });
    expect(await load({})).toMatchObject({ file: undefined, folder: '/home/tester/party' });
  });

  test('a file that was named must be there', async () => {
    expect(await problems({ asked: 'nope.yml' })).toEqual([
      'nope.yml: there is no such file; -c must name a pool.yml that can be read',
    ]);
    expect((await problems({ env: { CONFIG_FILE: 'nope.yml' } }))[0]).toContain('CONFIG_FILE must name');
  });

  test('where the pool must be named, a folder is not enough', async () => {
    expect((await problems({ mustBeNamed: true }))[0]).toContain(
      'there is no pool.yml here; go to its folder, name it with -c FILE',
    );
    await expect(load({ mustBeNamed: true, options: { name: 'mine' } })).resolves.toBeDefined();
    await expect(load({ mustBeNamed: true, file: 'size: t3.nano' })).resolves.toMatchObject({
      settings: { name: 'party' },
    });
  });
});

test.for([
  ['/home/me/party', 'party'],
  ['/srv/My App (2)/', 'my-app-2'],
  ['/srv/2008-pool', 'pool'],
  ['/', 'pool'],
  [`/${'x'.repeat(60)}`, 'x'.repeat(40)],
  ['/ü_a--', 'a'],
] as const)('the folder %s gives the name %s', ([folder, name]) => {
  expect(nameFromFolder(folder)).toBe(name);
});
