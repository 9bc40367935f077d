// What visitors notice when members of a rotation die: nothing but a late answer.
import { beforeAll, expect, test } from 'vitest';
import { ask, bootPool, configure, good, machine, memberOf, servers } from '../plans/ground.ts';
import { load } from './wrk.ts';

bootPool(4);
beforeAll(async () => {
  const { code, stderr } = await configure(0, good(), { members: [0, 1, 2, 3].map(memberOf) });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

const allUp = ['UP', 'UP', 'UP', 'UP'];
const statuses = async () => (await servers()).map(({ status }) => status);
const become = (wanted: readonly string[]) => expect.poll(statuses, { timeout: 20_000 }).toEqual(wanted);

/** Those that are up hold requests, and no others. */
const onlyLivingHold = () =>
  expect
    .poll(async () => (await servers()).every(({ sessions, status }) => sessions > 0 === (status === 'UP')), {
      timeout: 20_000,
    })
    .toBe(true);

/** `act` happens under a load through node 0, which ends when the dead hold none of its requests any more. */
async function during(act: () => Promise<unknown>, after: readonly string[]) {
  const stop = load(`http://${machine(0).ip}/sleep?ms=50`);
  try {
    await onlyLivingHold();
    await act();
    await become(after);
    await onlyLivingHold();
  } catch (error) {
    await stop();
    throw error;
  }
  return await stop();
}

const signal = (index: number, name: string) =>
  machine(index).read(`systemctl kill -s ${name} poolparty-app`);

/** Returns when systemd has started the app again. */
const killApp = (index: number) =>
  machine(index).read(`
    pid() { systemctl show -P MainPID poolparty-app; }
    old=$(pid)
    kill -KILL "$old"
    while [ "$(pid)" = "$old" ] || ! curl -s -o /dev/null localhost:8001/health; do sleep 0.1; done`);

test('row 46: a member whose app is killed costs no failed GET, and is started again', async () => {
  await become(allUp);
  expect(await during(() => killApp(1), allUp)).toMatchObject({ failures: [] });
});

test('nor do two at once', async () => {
  await become(allUp);
  const both = () => Promise.all([killApp(1), killApp(2)]);
  expect(await during(both, allUp)).toMatchObject({ failures: [] });
});

test('nor does one whose machine is rebooted', async () => {
  await become(allUp);
  expect(await during(() => machine(1).reboot(), allUp)).toMatchObject({ failures: [] });
});

test('a frozen app gets no new GETs after some seconds; those that it has are answered by others once it is killed', async () => {
  await become(allUp);
  await signal(1, 'STOP');
  let waiting = 20;
  const asked = Array.from({ length: waiting }, () => ask('/sleep?ms=50').finally(() => waiting--));
  await become(['UP', 'DOWN', 'UP', 'UP']);
  expect(waiting).toBeGreaterThan(0);
  expect(await Promise.all(Array.from({ length: 20 }, () => ask('/')))).toEqual(Array(20).fill(200));
  await signal(1, 'KILL');
  expect(await Promise.all(asked)).toEqual(Array(20).fill(200));
});

test('SIGKILL of a member’s machine under load: 0 failed requests, and none waits long', async () => {
  await become(allUp);
  const { failures, longest } = await during(() => machine(1).kill(), ['UP', 'DOWN', 'UP', 'UP']);
  expect(failures).toEqual([]);
  expect(longest).toBeLessThan(5_000);
});

test('nor does the SIGKILL of two machines at once, where one is left', async () => {
  const two = () => Promise.all([machine(2).kill(), machine(3).kill()]);
  expect(await during(two, ['UP', 'DOWN', 'DOWN', 'DOWN'])).toMatchObject({ failures: [] });
});
