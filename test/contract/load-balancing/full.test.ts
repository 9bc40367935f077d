// An app all of whose places are taken does not answer HAProxy's checks in time either, and is well all the same.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { ask, bootPool, configure, good, machine, memberOf, servers } from '../plans/ground.ts';

/** Two requests at once, in the order in which they came, whatever they ask for; `/slow` takes 8 s. */
const TWO_PLACES = `
  let free = 2;
  const line = [];
  const next = () => { while (free > 0 && line.length > 0) { free -= 1; line.shift()(); } };
  require("node:http").createServer((request, response) => {
    line.push(() => setTimeout(() => { response.end("ok"); free += 1; next(); }, request.url === "/slow" ? 8000 : 0));
    next();
  }).listen(process.env.PORT)`;

const all = [0, 1, 2];
const busy = () => good({ command: `exec node -e '${TWO_PLACES}'` });
bootPool(3, busy);
beforeAll(async () => {
  const { code, stderr } = await configure(0, busy(), { members: all.map(memberOf) });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

const up = async () => (await servers()).filter(({ status }) => status.startsWith('UP')).length;

/** Asks again and again, from so many visitors, until the answer is called; that gives every status. */
function visitors(count: number): () => Promise<readonly number[]> {
  const statuses: number[] = [];
  let going = true;
  const visit = async () => {
    while (going) {
      statuses.push(await ask('/slow').catch(() => 0));
      // Somebody who is sent away does not come again at once.
      if (statuses.at(-1) !== 200) await sleep(500);
    }
  };
  const visits = Array.from({ length: count }, visit);
  return async () => {
    going = false;
    await Promise.all(visits);
    return statuses;
  };
}

test('a pool whose apps are all full goes on serving: nobody is sent away', async () => {
  await expect.poll(up, { timeout: 15_000 }).toBe(3);
  const stop = visitors(15);
  await sleep(25_000);
  const statuses = await stop();
  expect(statuses.length).toBeGreaterThan(15);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
}, 90_000);

test('an app that has stopped answering is left where the others are well, also if it was full', async () => {
  await expect.poll(up, { timeout: 15_000 }).toBe(3);
  await machine(1).read('systemctl kill -s STOP poolparty-app');
  await expect.poll(up, { timeout: 15_000 }).toBe(2);
  await machine(1).read('systemctl kill -s CONT poolparty-app');
  await expect.poll(up, { timeout: 15_000 }).toBe(3);
});
