// Requests that may change something are never sent twice, whatever dies: the app keeps a ledger of what it received.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { bootPool, configure, good, machine, memberOf, servers } from '../plans/ground.ts';

const LEDGER = `
  require("node:http").createServer((request, response) => {
    require("node:fs").appendFileSync("/tmp/ledger", request.url + "\\n");
    setTimeout(() => response.end("ok"), 50);
  }).listen(process.env.PORT)`;

const all = [0, 1, 2];
const ledger = () => good({ command: `exec node -e '${LEDGER}'` });
bootPool(3, ledger);
beforeAll(async () => {
  const { code, stderr } = await configure(0, ledger(), { members: all.map(memberOf) });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

const METHODS = ['GET', 'POST', 'GET', 'PUT', 'GET', 'PATCH', 'GET', 'DELETE'];
interface Sent {
  readonly path: string;
  readonly method: string;
  readonly status: number;
}

/** Sends until told to stop, each request with a path of its own, from 24 visitors. */
function visitors() {
  const sent: Sent[] = [];
  let going = true;
  let number = 0;
  async function visit() {
    while (going) {
      const method = METHODS[number % METHODS.length] ?? 'GET';
      const path = `/${method}-${number++}`;
      const answer = fetch(`http://${machine(0).ip}${path}`, { method });
      sent.push({ path, method, status: await answer.then(({ status }) => status).catch(() => 0) });
    }
  }
  const visits = Array.from({ length: 24 }, visit);
  return async () => {
    going = false;
    await Promise.all(visits);
    return sent;
  };
}

/** How often each path was received, on all machines together, the silent one included. */
async function received(): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>();
  for (const index of all)
    for (const path of (await machine(index).read('cat /tmp/ledger')).split('\n'))
      times.set(path, (times.get(path) ?? 0) + 1);
  return times;
}

const up = (...wanted: string[]) =>
  expect.poll(async () => (await servers()).map(({ status }) => status), { timeout: 15_000 }).toEqual(wanted);

test('POST, PUT, PATCH and DELETE arrive at most once while apps and a machine die; GETs are repeated', async () => {
  await up('UP', 'UP', 'UP');
  const stop = visitors();
  for (const index of [1, 2, 1]) {
    await sleep(300);
    await machine(index).read('systemctl kill -s KILL poolparty-app');
    await up('UP', 'UP', 'UP');
  }
  await machine(2).silence();
  await up('UP', 'UP', 'DOWN');
  const sent = await stop();
  const times = await received();
  const count = ({ path }: Sent) => times.get(path) ?? 0;
  const gets = sent.filter(({ method }) => method === 'GET');
  const others = sent.filter(({ method }) => method !== 'GET');
  expect(others.length).toBeGreaterThan(200);
  expect(others.filter((one) => count(one) > 1)).toEqual([]);
  expect(others.filter((one) => one.status === 200 && count(one) !== 1)).toEqual([]);
  expect(others.filter((one) => one.status !== 200).length).toBeGreaterThan(0);
  expect(gets.filter((one) => one.status !== 200)).toEqual([]);
  expect(gets.filter((one) => count(one) > 1).length).toBeGreaterThan(0);
});
