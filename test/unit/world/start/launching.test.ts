// A launch that EC2 refuses is tried again after pauses: what may have changed meanwhile.
import { expect, test } from 'vitest';
import type { Place } from '../../../../src/plans/places.ts';
import { Memory } from '../../../../src/world/nodes/memory.ts';
import type { Prepared } from '../../../../src/world/preflight.ts';
import { launch } from '../../../../src/world/start/launching.ts';
import type { World } from '../../../../src/world/world.ts';
import { kit } from '../../built-in.ts';
import { FakeClock, FakeCloud } from '../../fake-world.ts';
import { refusal } from '../../fakes/account.ts';
import { SUBNETS } from '../../fakes/offers.ts';
import { seenOf, settings } from '../../plans/ground.ts';

const PLACES: readonly Place[] = SUBNETS.map(({ id, ...rest }) => ({
  ...rest,
  subnetId: id,
  types: settings().size,
}));

type Permit = (asked: number) => void;

/** One launch after another with one memory, in a cloud that has nothing to give unless a test says otherwise. */
function ground() {
  const clock = new FakeClock();
  const cloud = new FakeCloud(clock);
  for (const { zone } of SUBNETS) cloud.exhausted.add(zone);
  cloud.groups.set('sg-1', { name: 'poolparty-party', vpcId: 'vpc-1', pool: 'party', rules: [] });
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
  const memory = new Memory(kit(of));
  const asked = () => cloud.calls.filter((call) => call === 'launch').length;
  const go = (permit: Permit = () => undefined) =>
    launch(world, prepared, memory, step, seenOf(), () => permit(asked()));
  return { go, asked, clock, cloud, memory };
}

function refused(permit: Permit) {
  const { go, ...rest } = ground();
  return { done: go(permit), ...rest };
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

test('row 36: who was refused is not asked again for three minutes, but for one that may have something again', async () => {
  const { go, asked, clock } = ground();
  await expect(go()).rejects.toThrow('InsufficientInstanceCapacity');
  const before = asked();
  const began = clock.ms;
  await expect(go()).rejects.toThrow('InsufficientInstanceCapacity');
  expect([asked() - before, clock.ms - began]).toEqual([1, 0]);
  clock.ms += 3 * 60_000;
  await expect(go()).rejects.toThrow('InsufficientInstanceCapacity');
  expect(asked() - before).toBeGreaterThan(SUBNETS.length);
});

test('row 36: a zone that was refused is passed over by the next launch', async () => {
  const { go, asked, cloud } = ground();
  cloud.exhausted.clear();
  cloud.exhausted.add('us-east-1a');
  await go();
  expect(asked()).toBe(2);
  await go();
  expect(asked()).toBe(3);
});

test('row 36: a launch that nobody answered is asked for again by its own token, and nowhere else', async () => {
  const { go, cloud } = ground();
  cloud.exhausted.clear();
  const asks: string[] = [];
  const launchOnce = cloud.launch.bind(cloud);
  cloud.launch = async (request) => {
    asks.push(`${request.subnetId} ${request.token}`);
    const launched = await launchOnce(request);
    if (asks.length === 1) throw refusal('RunInstances', 'TimeoutError', 'timed out');
    return launched;
  };
  await go();
  expect(new Set(asks).size).toBe(1);
  expect([asks.length, cloud.instances.size]).toEqual([2, 1]);
});

test('row 36: haste is answered by a pause, not by asking elsewhere', async () => {
  const { go, cloud, clock } = ground();
  cloud.exhausted.clear();
  cloud.nextError.set('launch', refusal('RunInstances', 'RequestLimitExceeded', 'Slow down.'));
  const began = clock.ms;
  await go();
  expect(cloud.requests.map(({ subnetId }) => subnetId)).toEqual(['subnet-0']);
  expect(clock.ms - began).toBeGreaterThanOrEqual(1_000);
});
