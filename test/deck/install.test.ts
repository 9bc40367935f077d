// The install step: plain Debian instances, with none of a node's software, become a served pool.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Said } from './ground/command.ts';
import { party, visit } from './ground/party.ts';

const cloud = inject('cloud');
const plain = party(cloud, 'plain', { POOL_AMI: 'debian-12', POOL_MINIMUM_INSTANCES: '2' });
let started: Said;

beforeAll(async () => {
  started = await plain.pool('start');
});
afterAll(async () => {
  await plain.end();
});

test('pool start makes nodes of plain Debian instances, and the pool serves', async () => {
  expect(started).toMatchObject({ code: 0, stderr: '' });
  expect(started.stdout).toContain('-- node1 is in rotation');
  const { address, instances } = await plain.list();
  expect(instances.map(({ in_rotation }) => in_rotation)).toEqual([true, true]);
  expect((await visit(`http://${address}/`)).status).toBe(200);
  expect(await plain.on('0', 'node -v; systemctl is-active heartbeat')).toBe(`${process.version}\nactive`);
});

test('instance install finds nothing lacking, and touches nothing', async () => {
  const before = await plain.on('0', 'stat -c %Y /var/lib/dpkg/status /opt/poolparty/install-hash');
  const said = await plain.instance('install', 'i=all');
  expect(said).toMatchObject({ code: 0 });
  expect(said.stdout.trimEnd().split('\n').sort()).toEqual(['node0: lacks nothing', 'node1: lacks nothing']);
  expect(await plain.on('0', 'stat -c %Y /var/lib/dpkg/status /opt/poolparty/install-hash')).toBe(before);
});
