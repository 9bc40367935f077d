// EC2 leaves an instance out of an answer now and then: what follows from that, and what does not.
import { expect, test } from 'vitest';
import type { InstanceId } from '../../../../src/pool/instance.ts';
import { type Pool, poolOf } from '../../../../src/pool/pool.ts';
import { Vanishing } from '../../../../src/world/start/vanishing.ts';
import { instance } from '../../built-in.ts';

const poolWith = (...numbers: readonly number[]): Pool =>
  poolOf({ name: 'party', instances: numbers.map((number) => instance(number)), address: undefined });

const saying = (...ended: readonly InstanceId[]) => ({
  ends: async (ids: readonly InstanceId[]) =>
    new Map(ids.filter((id) => ended.includes(id)).map((id) => [id, 'it broke'])),
});

const ids = ({ nodes }: Pool) => nodes.map(({ id }) => id);
const { id: second } = instance(2);

test('one that EC2 leaves out of an answer is still there, in its place', async () => {
  const seen = await new Vanishing(poolWith(1, 2, 3)).complete(saying(), poolWith(1, 3), 0);
  expect(ids(seen)).toEqual(ids(poolWith(1, 2, 3)));
});

test('one that has ended, as EC2 says when it is asked by its id, is gone at once', async () => {
  const seen = await new Vanishing(poolWith(1, 2)).complete(saying(second), poolWith(1), 0);
  expect(ids(seen)).toEqual(ids(poolWith(1)));
});

test('one of which EC2 says nothing for a minute is gone', async () => {
  const vanishing = new Vanishing(poolWith(1, 2));
  expect(ids(await vanishing.complete(saying(), poolWith(1), 0))).toHaveLength(2);
  expect(ids(await vanishing.complete(saying(), poolWith(1), 59_000))).toHaveLength(2);
  expect(ids(await vanishing.complete(saying(), poolWith(1), 60_000))).toHaveLength(1);
});

test('one that came back is waited for anew when it vanishes again', async () => {
  const vanishing = new Vanishing(poolWith(1, 2));
  await vanishing.complete(saying(), poolWith(1), 0);
  await vanishing.complete(saying(), poolWith(1, 2), 50_000);
  expect(ids(await vanishing.complete(saying(), poolWith(1), 61_000))).toHaveLength(2);
});

test('EC2 is asked for nobody while nobody has vanished', async () => {
  const never = { ends: () => Promise.reject(new Error('EC2 was asked')) };
  const pool = poolWith(1, 2);
  expect(await new Vanishing(pool).complete(never, pool, 0)).toBe(pool);
});
