import { expect, test } from 'vitest';
import { mastershipFiles, movesItsMaster, WATCH_TIMER } from '../../../src/fail-safety/mastership-files.ts';
import type { Settings } from '../../../src/pool/settings.ts';
import { app, factsOf, instance } from '../built-in.ts';
import { address } from './address.ts';

const facts = (changed: Partial<Settings> = {}) => {
  const made = factsOf([instance(0), instance(1)], { instance_profile: 'role', ...changed });
  return { ...made, pool: { ...made.pool, address: address() } };
};
const file = (path: string, changed: Partial<Settings> = {}) =>
  mastershipFiles(facts(changed)).find((one) => one.path === path)?.content;

test('row 71: every node has the units of a master and of a watch', () => {
  expect(mastershipFiles(facts()).map(({ path }) => path)).toEqual([
    '/etc/systemd/system/poolparty-claim.service',
    '/etc/systemd/system/poolparty-take-over.service',
    '/etc/systemd/system/poolparty-maintain.service',
    '/etc/systemd/system/poolparty-watch.service',
    '/etc/systemd/system/poolparty-watch.timer',
    '/etc/poolparty/watch.env',
    '/opt/poolparty/watch.sh',
  ]);
  expect(file(`/etc/systemd/system/${WATCH_TIMER}`)).toContain('master of pool party');
});

test('row 82, 83: the watch asks HAProxy itself at the address, never the app', () => {
  expect(file('/etc/poolparty/watch.env', { host_port: 8080, app: app({ health: '/up?x=1&y=$2' }) })).toBe(
    'ADDRESS=192.0.2.10\nALIVE_URL=http://192.0.2.10:8080/.poolparty-alive\n',
  );
});

test.for<[string, Partial<Settings>]>([
  ['an address', { public_ip: 'none' }],
  ['a role', { instance_profile: undefined }],
])('row 35: without %s there is no watch, no claim and no maintain', ([, changed]) => {
  expect(mastershipFiles(facts(changed))).toEqual([]);
  expect(movesItsMaster(facts(changed))).toBe(false);
  expect(movesItsMaster(facts())).toBe(true);
});

test('before the address is known there is nothing to watch', () => {
  expect(mastershipFiles({ ...facts(), pool: { ...facts().pool, address: undefined } })).toEqual([]);
});
