// A full queue: more visitors than the nodes take, for long. The master stays who it is, and the pool grows.
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { ec2Of } from './ground/cloud.ts';
import { inside } from './ground/faults.ts';
import { atWork, begun, idsOf, type Pool } from './ground/healing.ts';
import { everLaunched, journal, sampled } from './ground/mastership.ts';
import { visit } from './ground/party.ts';

const cloud = inject('cloud');
const ec2 = ec2Of(cloud);
afterAll(() => ec2.destroy());

/** So many who ask again and again and wait for as long as it takes, whatever they get. */
function patient(url: string, visitors: number) {
  const count = { served: 0, busy: 0, broken: 0 };
  let goesOn = true;
  const come = async () => {
    while (goesOn) {
      const status = await visit(url, 60_000).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) count.served += 1;
      else if (status === 503) count.busy += 1;
      else count.broken += 1;
      if (status !== 200) await setTimeout(100);
    }
  };
  for (let one = 0; one < visitors; one += 1) void come();
  onTestFinished(() => {
    goesOn = false;
  });
  return count;
}

/** So many who open a connection, send half a request, and open another when they are cut off. */
function loris(host: string, visitors: number): void {
  const sockets = new Set<Socket>();
  let goesOn = true;
  const open = () => {
    if (!goesOn) return;
    const socket = connect(80, host, () => void socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '));
    sockets.add(socket);
    socket
      .on('error', () => undefined)
      .on('close', () => {
        sockets.delete(socket);
        void setTimeout(200).then(open);
      });
  };
  for (let one = 0; one < visitors; one += 1) open();
  onTestFinished(() => {
    goesOn = false;
    for (const socket of sockets) socket.destroy();
  });
}

const FULL_FOR = 60_000;

describe('three nodes that take four requests each at once', () => {
  let pool: Pool;
  beforeAll(async () => {
    pool = await begun(cloud, 'queue', 3, { POOL_MAXIMUM_INSTANCES: '4', POOL_MAX_CONNECTIONS: '4' });
  });
  afterAll(() => pool?.end());

  test('row 82: 300 slow visitors for a minute: the address stays, the pool grows to its maximum, nobody is replaced', async () => {
    const ids = await atWork(pool);
    const [zero = ''] = ids;
    const { address = '' } = await pool.list();
    const watched = sampled(ec2, pool, ids);
    const began = performance.now();
    const count = patient(`http://${address}/sleep?ms=2000`, 300);
    loris(address ?? '', 100);
    await expect.poll(async () => (await idsOf(pool)).length, { timeout: FULL_FOR, interval: 1_000 }).toBe(4);
    await setTimeout(Math.max(0, FULL_FOR - (performance.now() - began)));
    // HAProxy says so itself while visitors wait before it.
    const alive = await visit(`http://${address}/.poolparty-alive`);
    const waiting = Number(
      await inside(
        zero,
        "echo 'show stat' | socat - /run/haproxy/admin.sock | awk -F, '$2 == \"BACKEND\" { print $3 }'",
      ),
    );
    await watched.end();
    expect([...new Set(watched.seen.map(({ holder }) => holder))]).toEqual([zero]);
    expect([alive.status, waiting > 20, count.broken, count.served > 50]).toEqual([200, true, 0, true]);
    expect((await everLaunched(ec2, pool)).length).toBe(4);
  }, 240_000);

  test('row 82: moved on purpose while the queue is full, and the next master takes up what the last one knew', async () => {
    const [zero = '', one = ''] = await atWork(pool);
    patient(`http://${(await pool.list()).address}/sleep?ms=2000`, 100);
    expect(await pool.pool('failover')).toMatchObject({ code: 0 });
    const said = async () => (await journal(one, 'poolparty-maintain')).map(({ text }) => text).join('\n');
    await expect.poll(said, { timeout: 30_000 }).toMatch(new RegExp(`What ${zero} knew at .* is taken up`));
  });
});
