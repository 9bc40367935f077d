// EC2's notice of an end, as the probe on a real machine reads it out of the metadata service of the local cloud.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createMetadata } from '../../../src/local-cloud/metadata/server.ts';
import type { Instance } from '../../../src/local-cloud/model/state.ts';
import { parseProbe, probeScript } from '../../../src/pool/probe.ts';
import { fakeCloud } from '../../unit/local-cloud/cloud.fixture.ts';
import { bootMachine, endMachines, type Machine } from './machine.ts';

const { cloud } = fakeCloud();
const server = createMetadata(cloud);
let machine: Machine;
let mine: Instance;

/** The metadata service's address leads to ours, on the host's side of the machine's bridge. */
const redirect = (host: string, port: number): string => `nft -f - <<'.'
table ip metadata {
  chain out { type nat hook output priority -100; ip daddr 169.254.169.254 tcp dport 80 dnat to ${host}:${port}; }
}
.`;

const SILENCE = `nft -f - <<'.'
table ip silence {
  chain out { type filter hook output priority 0; ip daddr 169.254.169.254 drop; }
}
.`;

/** The host's own address in the machine's network. */
function hostBeside(ip: string): string {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.find(({ address }) => address.split('.', 2).join() === ip.split('.', 2).join())?.address ?? '';
}

beforeAll(async () => {
  machine = await bootMachine('notice');
  mine = { id: 'i-1', state: 'running', privateIp: machine.ip, events: [] } as unknown as Instance;
  Object.assign(mine, { metadata: { tokens: 'required', endpoint: 'enabled' }, groupIds: [], region: 'r' });
  Object.assign(mine, { launchTime: '2026-05-31T00:00:00Z', zone: 'a' });
  cloud.state.instances['i-1'] = mine;
  server.listen(0);
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await endMachines();
});

const notice = async () => parseProbe((await machine.run(probeScript)).stdout).notice;

test('row 64: without a metadata service nothing is known, and nobody waits for it', async () => {
  await machine.read(SILENCE);
  const began = performance.now();
  for (let times = 0; times < 8; times += 1) expect(await notice()).toBeUndefined();
  // To wait for it would take a second each time.
  expect(performance.now() - began).toBeLessThan(7_000);
  await machine.read('nft delete table ip silence');
});

test('none, a spot notice and a retirement are told within some seconds', async () => {
  await machine.read(redirect(hostBeside(machine.ip), (server.address() as AddressInfo).port));
  const becomes = (expected: unknown) =>
    vi.waitFor(async () => expect(await notice()).toEqual(expected), { timeout: 15_000, interval: 500 });
  await becomes('none');
  Object.assign(mine, { spotNotice: { action: 'terminate', time: '2026-05-31T08:22:00Z' } });
  await becomes({ why: 'spot', action: 'terminate', at: '2026-05-31T08:22:00.000Z' });
  Object.assign(mine, { spotNotice: undefined });
  mine.events = [
    {
      Code: 'instance-retirement',
      Description: 'degraded hardware',
      InstanceEventId: 'instance-event-1',
      NotBefore: '2026-06-01T00:00:00.000Z',
    },
  ];
  await becomes({ why: 'scheduled', action: 'instance-retirement', at: '2026-06-01T00:00:00.000Z' });
  mine.events = mine.events.map((event) => ({ ...event, Description: '[Completed] degraded hardware' }));
  await becomes('none');
});

test('what is old is not told any more', async () => {
  await machine.read(
    'echo "$(($(cut -d . -f 1 /proc/uptime) - 31)) notice @404 @404" >/run/poolparty/notice',
  );
  expect(await notice()).toBeUndefined();
  await vi.waitFor(async () => expect(await notice()).toBe('none'), { timeout: 15_000, interval: 500 });
});
