// What visitors notice when members of a rotation die: nothing but a late answer.
import { beforeAll, expect, test } from 'vitest';
import { ask, bootPool, configure, good, machine, memberOf, servers } from '../plans/ground.ts';
import { load } from './wrk.ts';

bootPool(4);
beforeAll(async () => {
  const { code, stderr } = await configure(0, good(), { members: [0, 1, 2, 3].map(memberOf) });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

const statuses = async () => (await servers()).map(({ status }) => status);
const allUp = () => expect.poll(statuses, { timeout: 20_000 }).toEqual(['UP', 'UP', 'UP', 'UP']);
const kill = (index: number, signal = 'KILL') =>
  machine(index).read(`systemctl kill -s ${signal} poolparty-app`);

/** `act` happens while each server holds requests of a load on node 0. */
async function during(act: () => Promise<unknown>, seconds: number) {
  const running = load(`http://${machine(0).ip}/sleep?ms=50`, seconds);
  await expect
    .poll(async () => (await servers()).every(({ sessions, status }) => sessions > 0 || status === 'DOWN'))
    .toBe(true);
  await act();
  const result = await running;
  expect(result.requests).toBeGreaterThan(100 * seconds);
  return result;
}

test('a member whose app is killed costs no failed GET', async () => {
  await allUp();
  expect(await during(() => kill(1), 5)).toMatchObject({ failures: [] });
});

test('nor do two at once', async () => {
  await allUp();
  expect(await during(() => Promise.all([kill(1), kill(2)]), 5)).toMatchObject({ failures: [] });
});

test('nor does one whose machine is rebooted', async () => {
  await allUp();
  expect(await during(() => machine(1).reboot(), 10)).toMatchObject({ failures: [] });
  await allUp();
});

test('an app that is frozen gets no new GETs after some seconds; those that it has are answered by others once it is killed', async () => {
  await allUp();
  await kill(1, 'STOP');
  let waiting = 20;
  const asked = Array.from({ length: waiting }, () => ask('/sleep?ms=50').finally(() => waiting--));
  await expect.poll(statuses, { timeout: 10_000 }).toEqual(['UP', 'DOWN', 'UP', 'UP']);
  expect(waiting).toBeGreaterThan(0);
  expect(await Promise.all(Array.from({ length: 20 }, () => ask('/')))).toEqual(Array(20).fill(200));
  await kill(1);
  expect(await Promise.all(asked)).toEqual(Array(20).fill(200));
});

test('SIGKILL of a member’s machine under load: 0 failed requests, and none waits long', async () => {
  await allUp();
  const { failures, longest } = await during(() => machine(1).kill(), 7);
  expect(failures).toEqual([]);
  expect(longest).toBeLessThan(5_000);
  expect(await statuses()).toEqual(['UP', 'DOWN', 'UP', 'UP']);
});

test('nor does the SIGKILL of two machines at once, where one is left', async () => {
  const { failures } = await during(() => Promise.all([machine(2).kill(), machine(3).kill()]), 9);
  expect(failures).toEqual([]);
  expect(await statuses()).toEqual(['UP', 'DOWN', 'DOWN', 'DOWN']);
});
