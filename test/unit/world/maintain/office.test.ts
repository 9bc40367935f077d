// A node's office: it is kept while EC2 says so, whatever keeps the loop busy, and lost when EC2 says otherwise.
import { expect, test } from 'vitest';
import { Office } from '../../../../src/world/maintain/office.ts';
import type { World } from '../../../../src/world/world.ts';
import { FakeClock, FakeCloud } from '../../fake-world.ts';
import { refusal } from '../../fakes/account.ts';

/** A pool's address on `me`, and the office of that node, watched until the test ends. */
function office() {
  const clock = new FakeClock();
  const cloud = new FakeCloud(clock);
  const me = cloud.has('party').id;
  const other = cloud.has('party').id;
  const address = cloud.hasAddress('party', me);
  const ending = new AbortController();
  const world = { clock, cloud, settings: { name: 'party' }, signal: ending.signal } as unknown as World;
  const watched = new Office(world, me);
  let lost: string | undefined;
  const over = watched.lost().then((why) => {
    lost = why;
  });
  return { clock, cloud, me, other, address, ending, watched, over, lost: () => lost };
}

test('row 72: a loop that a silent node keeps waiting for a minute costs no office', async () => {
  const { clock, cloud, ending, lost } = office();
  await clock.sleep(60_000);
  ending.abort();
  expect(lost()).toBeUndefined();
  expect(cloud.calls.length).toBeGreaterThan(5);
});

test('looks of the loop are enough: nothing more is asked', async () => {
  const { clock, cloud, me, watched, ending, lost } = office();
  for (let second = 0; second < 30; second += 2) {
    watched.note(clock.monotonic(), me);
    await clock.sleep(2_000);
  }
  ending.abort();
  expect([lost(), cloud.calls]).toEqual([undefined, []]);
});

/** A loop that looks each `tick` ms; EC2 takes `answer` ms, and its nodes another second. */
async function loop({ clock, watched, me }: ReturnType<typeof office>, tick: number, answer: number) {
  for (let began = clock.ms; clock.ms - began < 60_000; ) {
    const at = clock.monotonic();
    watched.looks();
    await clock.sleep(answer);
    watched.note(at, me);
    await clock.sleep(1_000);
    watched.rests(tick);
    await clock.sleep(tick);
  }
}

test('a loop that rests between its looks asks often enough, however long EC2 takes for many nodes', async () => {
  for (const answer of [100, 1_500]) {
    const all = office();
    await loop(all, 5_000, answer);
    all.ending.abort();
    expect([all.lost(), all.cloud.calls]).toEqual([undefined, []]);
  }
});

test('between the looks of one that rests for long the watch asks each ten seconds', async () => {
  const all = office();
  await loop(all, 30_000, 100);
  all.ending.abort();
  expect([all.lost(), all.cloud.calls.length]).toEqual([undefined, 6]);
});

test('row 72: one that is stuck in a look after its rest is found out as before', async () => {
  const { clock, cloud, me, other, address, watched, over, lost } = office();
  watched.note(clock.monotonic(), me);
  watched.rests(5_000);
  await clock.sleep(5_000);
  watched.looks();
  await cloud.disassociate(address.associationId ?? '');
  await cloud.associate(address, other);
  const began = clock.ms;
  await over;
  expect([lost(), clock.ms - began <= 6_000]).toEqual(['elsewhere', true]);
});

test('row 72: it is lost within 6 s once the address is elsewhere, though the loop looks no more', async () => {
  const { clock, cloud, other, address, over, lost } = office();
  await cloud.disassociate(address.associationId ?? '');
  await cloud.associate(address, other);
  const began = clock.ms;
  await over;
  expect([lost(), clock.ms - began <= 6_000]).toEqual(['elsewhere', true]);
});

test('row 72: it is lost after 15 s in which EC2 does not answer', async () => {
  const { clock, cloud, over, lost } = office();
  cloud.look = async () => {
    throw refusal('DescribeInstances', 'TimeoutError', 'no answer');
  };
  const began = clock.ms;
  await over;
  expect([lost(), clock.ms - began]).toEqual(['unasked', 15_000]);
});

test('an answer that never comes does not hold up the watch', async () => {
  const { clock, cloud, over, lost } = office();
  cloud.look = () => new Promise(() => undefined);
  const began = clock.ms;
  await over;
  expect([lost(), clock.ms - began]).toEqual(['unasked', 15_000]);
});
