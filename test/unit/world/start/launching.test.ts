// A launch that EC2 refuses is tried again after pauses: what may have changed meanwhile.
import { expect, test } from 'vitest';
import type { Place } from '../../../../src/plans/places.ts';
import { Memory } from '../../../../src/world/nodes/memory.ts';
import type { Prepared } from '../../../../src/world/preflight.ts';
import { launch } from '../../../../src/world/start/launching.ts';
import type { World } from '../../../../src/world/world.ts';
import { kit } from '../../built-in.ts';
import { FakeClock, FakeCloud } from '../../fake-world.ts';
import { SUBNETS } from '../../fakes/offers.ts';
import { seenOf, settings } from '../../plans/ground.ts';

const PLACES: readonly Place[] = SUBNETS.map(({ id, ...rest }) => ({
  ...rest,
  subnetId: id,
  types: settings().size,
}));

/** A launch where no zone has an instance to give, which may be asked for as long as `permit` says so. */
function refused(permit: (asked: number) => void) {
  const clock = new FakeClock();
  const cloud = new FakeCloud(clock);
  for (const { zone } of SUBNETS) cloud.exhausted.add(zone);
  const of = settings();
  const world = { clock, cloud, settings: of, signal: new AbortController().signal } as unknown as World;
  const prepared = {
    places: PLACES,
    image: { id: 'ami-1' },
    keypair: 'key',
    kit: kit(of),
  } as unknown as Prepared;
  const [{ id: subnetId, zone } = { id: '', zone: '' }] = SUBNETS;
  const step = { do: 'launch', count: 1, subnetId, zone, because: '' } as const;
  const asked = () => cloud.calls.filter((call) => call === 'launch').length;
  const done = launch(world, prepared, new Memory(kit(of)), step, seenOf(), () => permit(asked()));
  return { done, asked, clock };
}

test('row 72: a launch that waits for capacity ends where it may no longer be asked for', async () => {
  const { done, asked } = refused((times) => {
    if (times >= SUBNETS.length) throw new Error('the last look is too old');
  });
  await expect(done).rejects.toThrow('the last look is too old');
  expect(asked()).toBe(SUBNETS.length);
});

test('while it may be asked for, every zone is asked again, and at last the refusal is told', async () => {
  const { done, asked } = refused(() => undefined);
  await expect(done).rejects.toThrow('InsufficientInstanceCapacity');
  expect(asked()).toBe(4 * SUBNETS.length);
});
