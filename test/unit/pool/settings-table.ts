// For each key of the settings: how it is said in each place, what that reads as, and what holds otherwise.
import type { SettingKey } from '../../../src/pool/settings.ts';

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
export const TABLE: Record<
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
  drain_limit: { texts: ['5s', '2m', '1h'], values: [5_000, 120_000, 3_600_000], fallback: 60_000 },
  max_hourly_usd: { texts: ['0.5', '1', '2.25'], values: [0.5, 1, 2.25], fallback: undefined },
  prices: {
    texts: ['{t3.small: 0.02}', '{m5.large: 0.1, t3.nano: 0.01}', '{x1.big: 3}'],
    values: [{ 't3.small': 0.02 }, { 'm5.large': 0.1, 't3.nano': 0.01 }, { 'x1.big': 3 }],
    fallback: {},
  },
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
    texts: ['t3.nano', 'm5.large,t3a.large', '[u-6tb1.metal, t3.small]'],
    values: [['t3.nano'], ['m5.large', 't3a.large'], ['u-6tb1.metal', 't3.small']],
    fallback: ['t3.small'],
  },
  volume_size: { texts: ['8', '16', '32'], values: [8, 16, 32], fallback: undefined },
  spot: { texts: ['true', 'false', 'true'], values: [true, false, true], fallback: false },
  region: {
    texts: ['us-east-1', 'eu-west-2', 'us-gov-west-1'],
    values: ['us-east-1', 'eu-west-2', 'us-gov-west-1'],
    fallback: undefined,
  },
  aws_profile: { texts: ['a', 'b', 'c'], values: ['a', 'b', 'c'], fallback: undefined },
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
  ssh_from: {
    texts: ['none', '198.51.100.7,203.0.113.0/24', '[192.0.2.1]'],
    values: ['none', ['198.51.100.7', '203.0.113.0/24'], ['192.0.2.1']],
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
  // Refused until there are any, so all that can be said is that there are none.
  plugins: { texts: ['[]', '[]', '[]'], values: [[], [], []], fallback: [] },
  user_data: {
    texts: ['#!/bin/sh', '#cloud-config', 'c'],
    values: ['#!/bin/sh', '#cloud-config', 'c'],
    fallback: undefined,
  },
};
