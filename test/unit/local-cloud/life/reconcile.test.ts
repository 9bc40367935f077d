// What a restarted daemon makes of what it finds.
import { describe, expect, test, vi } from 'vitest';
import { RunInstances } from '../../../../src/local-cloud/actions/RunInstances.ts';
import { forget } from '../../../../src/local-cloud/life/pulse.ts';
import { reconcile } from '../../../../src/local-cloud/life/reconcile.ts';
import { IMAGES } from '../../../../src/local-cloud/model/images.ts';
import { fakeCloud } from '../cloud.fixture.ts';

type Fake = ReturnType<typeof fakeCloud>;

async function launch({ cloud }: Fake) {
  const call = { cloud, state: cloud.state, region: 'us-east-1', accessKeyId: '' };
  await RunInstances.run({ ImageId: IMAGES[0]!.id, MinCount: 1, MaxCount: 1 }, call);
  const instance = Object.values(cloud.state.instances).at(-1)!;
  await vi.waitFor(() => expect(instance.state).toBe('running'), { interval: 2 });
  return instance;
}

describe('after a restart', () => {
  test('a running machine runs on, one that died meanwhile reads stopped', async () => {
    const fake = fakeCloud();
    const [well, dead] = [await launch(fake), await launch(fake)];
    fake.engine.pulses.set(dead.id, 'dead');
    await reconcile(fake.cloud);
    expect([well.state, dead.state]).toEqual(['running', 'stopped']);
  });

  test('a machine without a record is destroyed, a record without a machine is terminated', async () => {
    const fake = fakeCloud();
    const lost = await launch(fake);
    fake.engine.pulses.clear();
    fake.engine.pulses.set('i-stranger', 'well');
    await reconcile(fake.cloud);
    expect(await fake.engine.machines()).toEqual([]);
    expect(lost.state).toBe('terminated');
  });

  test('a launch that was under way is made anew, a termination is carried out', async () => {
    const fake = fakeCloud();
    const [half, ending] = [await launch(fake), await launch(fake)];
    Object.assign(half, { state: 'pending', bootedOnce: false });
    fake.engine.pulses.set(half.id, 'silent');
    ending.state = 'shutting-down';
    await reconcile(fake.cloud);
    await vi.waitFor(() => expect([half.state, ending.state]).toEqual(['running', 'terminated']), {
      interval: 2,
    });
    expect(await fake.engine.machines()).toEqual([half.id]);
  });
});

test('a terminated instance is shown for a while and then forgotten', async () => {
  const fake = fakeCloud({ terminatedVisible: 1000 });
  const instance = await launch(fake);
  instance.state = 'terminated';
  forget(fake.cloud);
  expect(fake.cloud.state.instances).toHaveProperty(instance.id);
  instance.transitionTime = new Date(Date.now() - 2000).toISOString();
  forget(fake.cloud);
  expect(fake.cloud.state.instances).toEqual({});
});
