import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { configurationOf } from '../../../src/plans/configuration.ts';
import {
  configureParcels,
  configureScript,
  parseConfigured,
  releaseToSend,
} from '../../../src/plans/configure.ts';
import { difference, UNTOUCHED } from '../../../src/plans/node-state.ts';
import { releaseOf } from '../../../src/plans/release.ts';
import { parseRotation, rotation } from '../../../src/plans/rotate.ts';
import { app, builtIn, factsOf, instance } from '../built-in.ts';

const settings = { app: app({ install: ["echo 'it works'", 'npm ci'] }), services: ['cron'] };
const facts = factsOf([instance(0), instance(1)], settings);
const release = releaseOf(settings.app, '123');
const configuration = configurationOf({ ...facts, release });
const everything = difference(configuration, UNTOUCHED);
const script = configureScript(configuration, everything, builtIn, { wait: 12 });
const calls = script.slice(script.indexOf('need flock')).split('\n');

describe('the script that configures a node', () => {
  test('is one that sh can read', () => {
    const { status, stderr } = spawnSync('/bin/sh', ['-n'], { input: script });
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
  });

  test('row 51: acts on what differs: files first, then what runs, haproxy last, and then it waits', () => {
    const words = calls.map((call) => call.split(' ')[0]);
    const order = [
      'begin',
      'unpack',
      'collect',
      'place',
      'read_units',
      'release',
      'take_haproxy',
      'remember',
      'await_health',
      'report',
    ];
    expect(words.filter((word, at) => order.includes(word ?? '') && words.indexOf(word) === at)).toEqual(
      order,
    );
  });

  test('passes install lines on as they are', () => {
    expect(calls).toContain(
      String.raw`release ${configuration.release?.id} 'echo '\''it works'\''' 'npm ci'`,
    );
  });

  test('starts the further services, and then ends those that are no more', () => {
    expect(calls.indexOf('end_services')).toBeGreaterThan(
      calls.indexOf('run_unit cron.service start nothing'),
    );
  });

  test('waits for the health path, as long as it is told', () => {
    expect(calls).toContain('await_health http://10.0.0.1:8001/health 12 localhost');
  });

  test('the release is sent only where it is wanted', () => {
    const names = (send: boolean) =>
      configureParcels(configuration, { ...everything, release: send }).map(({ name }) => name);
    expect(names(true)).not.toContain('release.tar.gz');
    expect(releaseToSend(configuration, { ...everything, release: true })).toBe(release);
    expect(releaseToSend(configuration, { ...everything, release: false })).toBeUndefined();
    expect(names(false)).toContain('files/etc/hosts');
  });

  test('names and keys of others are written, and no service is asked after', () => {
    const files = configuration.files.filter(({ path }) => path === '/etc/hosts');
    const text = configureScript(configuration, { ...everything, files, release: false }, builtIn);
    const few = text.slice(text.indexOf('need flock')).split('\n');
    expect(few.map((call) => call.split(' ')[0])).toEqual([
      'need',
      'lock_wait=180',
      'room=262144',
      'begin',
      'unpack',
      'make_key',
      'collect',
      'place',
      'remove_forgotten',
      'read_units',
      'remember',
      'await_health',
      '!',
      'report',
    ]);
  });

  test('fits into one argument, even quoted twice', () => {
    expect(script.length * 2).toBeLessThan(128 * 1024);
  });
});

test('the last line tells what changed, and the texts of the app are given back as they were', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  const line = `{"changed":["/etc/hosts","release"],"hash":"ab","healthy":false,"health_url":"http://127.0.0.1:8001/","answer":"${encoded('HTTP 500: "ö"')}","ends":3,"ended":"code 1","log":"${encoded('one\n"two"\n')}","ssh_key":"ssh-ed25519 AAAA","host_key":"","host":"ip-10-0-0-1","device":"ens5"}`;
  expect(parseConfigured(`noise\n${line}\n`)).toEqual({
    changed: ['/etc/hosts', 'release'],
    hash: 'ab',
    healthy: false,
    healthUrl: 'http://127.0.0.1:8001/',
    answer: 'HTTP 500: "ö"',
    ends: 3,
    ended: 'code 1',
    log: ['one', '"two"'],
    sshKey: 'ssh-ed25519 AAAA',
    hostKey: undefined,
    host: 'ip-10-0-0-1',
    device: 'ens5',
  });
});

describe('a rotation', () => {
  test('sends haproxy.cfg with the members and notes it in the manifest', () => {
    const { script: text, parcels } = rotation(
      facts.settings,
      [{ id: 'i-1', address: '10.0.0.9:8001' }],
      builtIn,
    );
    expect(parcels.map(({ name }) => name)).toEqual(['files/etc/haproxy/haproxy.cfg']);
    expect(parcels[0]?.content).toContain('server i-1 10.0.0.9:8001 check');
    expect(text).toContain('remember_file /etc/haproxy/haproxy.cfg\n');
    expect(spawnSync('/bin/sh', ['-n'], { input: text }).status).toBe(0);
  });

  test('what haproxy has afterwards is read from the last line', () => {
    const server = { id: 'i-1', address: '10.0.0.9:8001', status: 'UP 1/2' };
    expect(parseRotation(`${JSON.stringify({ servers: [server], entry: 'e' })}\n`)).toEqual({
      servers: [{ ...server, checked: true }],
      entry: 'e',
    });
    expect(parseRotation('{"servers":[]}\n')).toEqual({ servers: [], entry: '' });
  });
});
