// Changes of the rotation and reloads of haproxy, again and again, under load.
import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, expect, test } from 'vitest';
import { parseRotation, rotation } from '../../../src/plans/rotate.ts';
import { ALIVE_PATH, privateAliveUrl } from '../../../src/pool/url.ts';
import { tar } from '../../../src/world/tar.ts';
import { builtIn, instance } from '../../unit/built-in.ts';
import { ask, bootPool, configure, facts, good, machine, memberOf, servers } from '../plans/ground.ts';
import { load } from './wrk.ts';

bootPool(3);
beforeAll(async () => {
  const { code, stderr } = await configure(0, good(), { members: [0, 1, 2].map(memberOf) });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

/** Gives node 0's haproxy these servers. */
async function rotate(
  indexes: readonly number[],
  changed: Partial<ReturnType<typeof facts>['settings']> = {},
  templates = builtIn,
) {
  const settings = { ...facts(0, good()).settings, ...changed };
  const { script, parcels } = rotation(settings, indexes.map(memberOf), templates);
  const { code, stdout, stderr } = await machine(0).run(script, await tar(parcels));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return parseRotation(stdout).servers.map(({ id }) => id);
}

/** HTTP status, or 0 where nothing comes within a second: at the visitors' port, and at the other nodes'. */
const signsOfLife = () =>
  Promise.all(
    [`http://${machine(0).ip}${ALIVE_PATH}`, privateAliveUrl(machine(0).ip)].map((url) =>
      fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
        ({ status }) => status,
        () => 0,
      ),
    ),
  );

const idsOf = (indexes: readonly number[]) => indexes.map((index) => instance(index).id);
const onDisk = async () =>
  (await machine(0).read('awk \'$1 == "server" { print $2 }\' /etc/haproxy/haproxy.cfg')).split('\n');
const running = async () => (await servers()).map(({ id }) => id);
const worker = () => machine(0).read('echo "show info" | socat - /run/haproxy/admin.sock | grep Pid:');

async function reload() {
  const before = await worker();
  await machine(0).read('systemctl reload haproxy');
  await expect.poll(() => worker().catch(() => before), { timeout: 10_000 }).not.toBe(before);
}

/** `act` twenty times under a load that goes through node 0. */
async function twenty(act: (time: number) => Promise<unknown>) {
  const stop = load(`http://${machine(0).ip}/sleep?ms=50`);
  try {
    for (let time = 0; time < 20; time++) await act(time);
  } catch (error) {
    await stop();
    throw error;
  }
  return await stop();
}

test('row 43: 20 reloads under load: 0 failed requests, and the membership stays', async () => {
  const result = await twenty(async () => {
    await reload();
    expect(await running()).toEqual(idsOf([0, 1, 2]));
  });
  expect(result.failures).toEqual([]);
  expect(result.requests).toBeGreaterThan(1_000);
});

test('row 43: 20 changes of the membership under load: 0 failed requests, and the file on disk is kept equal', async () => {
  const turns = [[0, 1], [2], [0, 1, 2], [1], [0, 2]];
  const before = await worker();
  const result = await twenty(async (time) => {
    const members = turns[time % turns.length] ?? [];
    expect((await rotate(members)).sort()).toEqual(idsOf(members));
    expect(await onDisk()).toEqual(idsOf(members));
  });
  expect(result.failures).toEqual([]);
  expect(result.requests).toBeGreaterThan(1_000);
  expect(await worker()).toBe(before);
});

test('row 43: neither a reload nor a reboot changes the membership', async () => {
  await rotate([0, 2]);
  await reload();
  expect(await running()).toEqual(idsOf([0, 2]));
  await machine(0).reboot();
  await expect.poll(() => running().catch(() => []), { timeout: 20_000 }).toEqual(idsOf([0, 2]));
});

test('requests beyond max_connections wait in haproxy’s queue, and all are answered', async () => {
  await rotate([0, 1], { max_connections: 3 });
  const asked = Array.from({ length: 40 }, () => ask('/sleep?ms=300'));
  const queue = async () =>
    Number(
      await machine(0).read(
        'echo \'show stat\' | socat - /run/haproxy/admin.sock | awk -F, \'$1 == "app" && $2 == "BACKEND" { print $3 }\'',
      ),
    );
  await expect.poll(queue).toBeGreaterThan(10);
  for (const { sessions } of await servers()) expect(sessions).toBeLessThanOrEqual(3);
  // The question whether HAProxy lives waits behind none of them.
  expect(await signsOfLife()).toEqual([200, 200]);
  expect(await Promise.all(asked)).toEqual(Array(40).fill(200));
});

test('row 82: HAProxy says that it lives also without any server', async () => {
  await rotate([]);
  expect(await signsOfLife()).toEqual([200, 200]);
});

const MOST = '    maxconn {{most_visitors}}\n';
const ALIVE = '    monitor-uri {{alive_path}}\n';

test.for([
  ['whose haproxy.cfg is ours, at its limit', builtIn['haproxy.cfg'].replace(MOST, '    maxconn 20\n'), 0],
  [
    'whose haproxy.cfg is a user’s of former times',
    builtIn['haproxy.cfg'].replace(MOST, '').replace(ALIVE, ''),
    503,
  ],
] as const)('row 82: the other nodes are answered by a HAProxy %s', async ([, text, atVisitors]) => {
  await rotate([], {}, { ...builtIn, 'haproxy.cfg': text });
  const slow = Array.from({ length: 60 }, () => connect(80, machine(0).ip).on('error', () => undefined));
  try {
    await Promise.all(slow.map((socket) => once(socket, 'connect')));
    await expect.poll(signsOfLife, { timeout: 5_000 }).toEqual([atVisitors, 200]);
  } finally {
    for (const socket of slow) socket.destroy();
    await rotate([0, 1]);
  }
});

test('row 79: the status page and the socket are for the node itself', async () => {
  expect(await machine(0).read('curl -s -o /dev/null -w "%{http_code}" http://127.0.0.1:8404/')).toBe('200');
  await expect(fetch(`http://${machine(0).ip}:8404/`)).rejects.toThrow();
  expect(await machine(0).read("ss -H -l -t -n -p | awk '/haproxy/ { print $4 }' | sort -u")).toBe(
    '0.0.0.0:80\n0.0.0.0:8405\n127.0.0.1:8404',
  );
});
