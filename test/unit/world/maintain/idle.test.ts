// What a pool that needs nothing costs at EC2, which counts our calls; `npm run bench -- idle-calls` asks bigger ones.
import { expect, test } from 'vitest';
import { idle } from './idle.ts';

test('an idle tick asks EC2 twice: for the instances and for the address', { timeout: 20_000 }, async () => {
  const { calls, ticks, steps } = await idle(3);
  expect(steps).toEqual([]);
  expect(ticks).toBeGreaterThan(8);
  expect([...new Set(calls)].sort()).toEqual(['DescribeAddresses', 'DescribeInstances']);
  expect(calls.length / ticks).toBeLessThanOrEqual(2.2);
});
