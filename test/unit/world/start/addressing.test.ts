// The address that a start has made is there for it, whatever EC2 tells and forgets again.
import { expect, test } from 'vitest';
import { type Address, poolOf } from '../../../../src/pool/pool.ts';
import { Addressing } from '../../../../src/world/start/addressing.ts';
import type { World } from '../../../../src/world/world.ts';

test('row 36: an address that EC2 tells of, and then not, is not made again', async () => {
  let now = 0;
  const address: Address = {
    ...{ ip: '198.18.4.4', allocationId: 'eipalloc-1', associationId: undefined, holder: undefined },
    ...{ ours: true, stopping: false },
  };
  const world = {
    clock: { monotonic: () => now },
    settings: { name: 'party' },
    cloud: { allocateAddress: async () => address },
  } as unknown as World;
  const addressing = new Addressing(world);
  const told = (one: Address | undefined) =>
    addressing.complete(poolOf({ name: 'party', instances: [], address: one })).address;
  expect(told(undefined)).toBeUndefined();
  await addressing.make();
  expect(told(undefined)).toEqual(address);
  expect(told(address)).toEqual(address);
  now = 3_000;
  expect(told(undefined)).toEqual(address);
  now = 60_000;
  expect(told(undefined)).toBeUndefined();
});
