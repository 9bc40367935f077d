// What is said about mistakes in settings, and what the form of 2008 may look like.
import { describe, expect, test } from 'vitest';
import { load, problems } from './given-settings.ts';

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
    ['y-mine: 1', 'pool.yml:1: unknown key "y-mine"'],
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
    [
      'expand_when: load > 0.5\ncontract_when: load < 0.7',
      'pool.yml:1: expand_when and contract_when both hold at load 0.6; leave a gap between them (the other: pool.yml:2)',
    ],
    ['app: node server.js', 'pool.yml:1: app must be a map with source and command'],
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
    [
      'shared_bucket: files',
      'pool.yml:1: shared_bucket needs an instance_profile, whose role the nodes mount it with; set instance_profile too',
    ],
    [
      'shared_path: /opt/poolparty/data',
      'pool.yml:1: shared_path /opt/poolparty/data belongs to the system; choose a place of its own, like /data',
    ],
    ['shared_path: /', 'pool.yml:1: shared_path must be an absolute path like /data, not "/"'],
    [
      'shared_path: /a/../etc',
      'pool.yml:1: shared_path must be an absolute path like /data, not "/a/../etc"',
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
    ['prices: { t3small: 1 }', 'pool.yml:1: prices.t3small is no instance type like t3.small'],
    ['prices: { t3.small: free }', 'pool.yml:1: prices.t3.small must be a price in USD above 0, not "free"'],
    [
      'ssh_from: here',
      'pool.yml:1: ssh_from must be auto, none, or a list of IPv4 addresses and CIDRs like 198.51.100.0/24, not "here"',
    ],
    [
      'ssh_from: [198.51.100.0/33]',
      'pool.yml:1: ssh_from must be auto, none, or a list of IPv4 addresses and CIDRs like 198.51.100.0/24',
    ],
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
        'pool.yml:3: size must be an instance type like t3.small, or a list of them, not 3',
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
