// SIGKILL at each call of what changes a running pool: the next command completes it, and pool stop leaves nothing.
import { expect, test } from 'vitest';
import { next, type Party, started } from '../cloudspeak/pool/party.ts';
import { completes, dieAtEachCall, type Follower, removes } from './ground.ts';

const LONG = { timeout: 600_000 };
const POOL_YML = '/home/tester/party/pool.yml';

const ofThree = async (): Promise<Party> => next(await started());

async function ofFour(): Promise<Party> {
  const all = await ofThree();
  const { texts } = all.outside;
  const before = texts.get(POOL_YML) ?? '';
  texts.set(POOL_YML, before.replace('minimum_instances: 3', 'minimum_instances: 4'));
  await completes('pool start', 4)(all);
  texts.set(POOL_YML, before);
  return next(all);
}

/** A node has died, and nobody has noticed yet. */
async function bereaved(): Promise<Party> {
  const all = await ofThree();
  const { ec2, clock } = all.outside;
  await ec2.terminate([...ec2.instances.keys()].slice(2));
  await clock.sleep(3_000);
  return all;
}

async function withOtherSettings(): Promise<Party> {
  const all = await ofThree();
  all.outside.texts.set(POOL_YML, `${all.outside.texts.get(POOL_YML)}  env:\n    COLOUR: red\n`);
  return all;
}

/** A tick first: whoever was to leave leaves. Then nothing is left to do, and a stop removes all. */
const thenMaintain = (most: number): Record<string, Follower> => ({
  'pool maintain --once': completes('pool maintain --once', most),
  'pool start': async (all) => {
    await completes('pool maintain --once', most)(all);
    await completes('pool start', most)(next(all));
  },
  'pool stop': removes,
});

const courses: readonly (readonly [string, () => Promise<Party>, Record<string, Follower>])[] = [
  ['pool grow', ofThree, { 'pool start': completes('pool start', 4), ...thenMaintain(4) }],
  ['pool shrink', ofFour, thenMaintain(4)],
  ['instance terminate i=2', ofThree, thenMaintain(3)],
  ['pool maintain --once', bereaved, { 'pool start': completes('pool start'), ...thenMaintain(3) }],
  [
    'pool configure',
    withOtherSettings,
    { 'pool configure': completes('pool configure'), ...thenMaintain(3) },
  ],
  ['pool failover', ofThree, { 'pool start': completes('pool start'), ...thenMaintain(3) }],
];

test.for(courses.map((one, at) => [...one, at] as const))(
  'row 37: %s',
  LONG,
  async ([words, before, followers, offset]) => {
    expect(await dieAtEachCall({ words, before, followers, offset })).toBeGreaterThan(15);
  },
);

test('row 37: pool maintain --once, where EC2 tells late', LONG, async () => {
  const before = async () => {
    const all = await bereaved();
    Object.assign(all.outside.ec2, { sightDelay: 700, stagger: 600 });
    return all;
  };
  await dieAtEachCall({ words: 'pool maintain --once', before, followers: thenMaintain(3) });
});
