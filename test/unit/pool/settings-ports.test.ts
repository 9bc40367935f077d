// F4: ports of a node that something of PoolParty or of the system listens on are refused to visitors and app.
import { expect, test } from 'vitest';
import { openings } from '../../../src/plans/openings.ts';
import { listenerOn } from '../../../src/pool/ports.ts';
import { builtIn } from '../built-in.ts';
import { load, problems } from './given-settings.ts';

const TAKEN = [
  [22, 'sshd'],
  [53, "the system's resolver"],
  [694, 'Heartbeat'],
  [5355, "the system's resolver"],
  [8404, "HAProxy's status page"],
  [8405, "HAProxy's sign of life"],
] as const;

test.for(TAKEN)(
  'F4: port %i is refused for host_port and client_port, wherever it is said',
  async ([port, listener]) => {
    const of = `is the port of ${listener} on every node; choose another, like`;
    expect(await problems({ file: `name: a\nhost_port: ${port}` })).toEqual([
      `pool.yml:2: host_port ${port} ${of} 80`,
    ]);
    expect(await problems({ env: { POOL_CLIENT_PORT: `${port}` } })).toEqual([
      `POOL_CLIENT_PORT: client_port ${port} ${of} 8001`,
    ]);
    expect(await problems({ options: { host_port: `${port}` } })).toEqual([
      `--host-port: host_port ${port} ${of} 80`,
    ]);
  },
);

test.for(['0x16', '0o26', '022', '+22', '22.0', '2.2e1'])('F4: %s is 22 in YAML', async (text) => {
  expect((await problems({ file: `host_port: ${text}` }))[0]).toContain('host_port 22 is the port of sshd');
});

test('F4: both at once are both told', async () => {
  expect(await problems({ file: 'host_port: 22\nclient_port: 22' })).toHaveLength(3);
});

test('F4: other ports are well', async () => {
  await expect(load({ file: 'host_port: 8080\nclient_port: 3000' })).resolves.toBeDefined();
});

test('F4: every port that a template of HAProxy binds by its number is refused', () => {
  const bound = [...builtIn['haproxy.cfg'].matchAll(/^\s*bind \S*:(\d+)/gm)].map(([, port]) => Number(port));
  expect(bound).toContain(8404);
  expect(bound.filter((port) => listenerOn(port) === undefined)).toEqual([]);
});

test('F4: what is open to the world is host_port and nothing that is taken', async () => {
  const { settings } = await load({ file: 'ssh_from: none' });
  const world = openings(settings).filter(({ peer }) => peer === '0.0.0.0/0');
  expect(world.map(({ fromPort, toPort }) => [fromPort, toPort])).toEqual([[80, 80]]);
});
