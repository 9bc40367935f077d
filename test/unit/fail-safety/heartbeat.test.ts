import { describe, expect, test } from 'vitest';
import { heartbeatFiles, type Peer } from '../../../src/fail-safety/heartbeat.ts';
import { heartbeatCalls } from '../../../src/plans/heartbeat.ts';
import { timings } from '../../../src/pool/settings-defaults.ts';
import { builtIn } from '../built-in.ts';

const SECRET = 'a'.repeat(64);
const one: Peer = { host: 'ip-10-0-0-9', ip: '10.0.0.9', device: 'ens5' };
const two: Peer = { host: 'ip-10-0-0-10', ip: '10.0.0.10', device: 'eth0' };

const files = (self: Peer, peer: Peer, first: Peer, said = timings({})) =>
  new Map(heartbeatFiles(self, peer, first.host, SECRET, said, builtIn).map((file) => [file.path, file]));
const text = (path: string, of = files(one, two, one)) => of.get(path)?.content ?? '';
const directives = (config: string) =>
  config.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('row 45: the pair', () => {
  test('speaks over the own interface to the private address of the other, by the names of uname', () => {
    expect(directives(text('/etc/ha.d/ha.cf'))).toEqual([
      'logfacility daemon',
      'coredumps off',
      'uuidfrom nodename',
      'autojoin none',
      'crm off',
      'auto_failback on',
      'keepalive 1000ms',
      'warntime 2500ms',
      'deadtime 5000ms',
      'initdead 10000ms',
      'ucast ens5 10.0.0.10',
      'node ip-10-0-0-10',
      'node ip-10-0-0-9',
    ]);
  });

  test('has the timings that were said, also below a second', () => {
    const quick = text('/etc/ha.d/ha.cf', files(two, one, one, timings({ keepalive: 200, deadtime: 1_500 })));
    expect(quick).toMatch(
      /keepalive 200ms\nwarntime 750ms\ndeadtime 1500ms\ninitdead 3000ms\nucast eth0 10.0.0.9\n/,
    );
  });

  test('names node 0 in haresources, which is the same on both', () => {
    expect(directives(text('/etc/ha.d/haresources'))).toEqual([
      'ip-10-0-0-9 poolparty',
      'ip-10-0-0-10 poolparty::ip-10-0-0-10',
    ]);
    expect(text('/etc/ha.d/haresources', files(two, one, one))).toBe(text('/etc/ha.d/haresources'));
  });

  test('that changes places changes haresources and nothing that Heartbeat is told of', () => {
    const before = files(one, two, one);
    const changed = [...files(one, two, two).values()].filter(
      ({ path, hash }) => hash !== before.get(path)?.hash,
    );
    expect(changed.map(({ path, reaction }) => [path, reaction])).toEqual([
      ['/etc/ha.d/haresources', 'nothing'],
    ]);
  });

  test('is told of a new peer', () => {
    const three = { ...two, host: 'ip-10-0-0-11', ip: '10.0.0.11' };
    const [before, after] = [files(one, two, one), files(one, three, one)].map((of) =>
      of.get('/etc/ha.d/ha.cf'),
    );
    expect(after?.hash).not.toBe(before?.hash);
    expect(after?.reaction).toBe('restart-heartbeat');
  });
});

test('row 79: the secret stands in one file, which only root reads', () => {
  const all = [...files(one, two, one).values()];
  const holding = all.filter(({ content }) => content.includes(SECRET));
  expect(holding).toMatchObject([{ path: '/etc/ha.d/authkeys', mode: 0o600, owner: 'root' }]);
  expect(holding[0]?.content).toBe(`auth 1\n1 sha1 ${SECRET}\n`);
});

test('the resource is a program that every node of every pool has', () => {
  expect(files(one, two, one).get('/etc/ha.d/resource.d/poolparty')).toMatchObject({
    mode: 0o755,
    reaction: 'nothing',
  });
});

test('row 45: a node alone has Heartbeat at rest', () => {
  expect(heartbeatCalls(true)).toEqual(['run_heartbeat']);
  expect(heartbeatCalls(false)).toEqual(['end_heartbeat']);
});
