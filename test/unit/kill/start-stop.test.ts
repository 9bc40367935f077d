// SIGKILL at each call of pool start, stop and restart: the next start completes, the next stop leaves nothing.
import { expect, test } from 'vitest';
import { next, type Party, party, started } from '../cloudspeak/pool/party.ts';
import { completes, dieAtEachCall, removes } from './ground.ts';

const LONG = { timeout: 600_000 };

/** EC2 tells of whatever is new late, and of one thing later than of the other. */
function late(all: Party): Party {
  Object.assign(all.outside.ec2, { sightDelay: 700, stagger: 600 });
  return all;
}

const followers = { 'pool start': completes('pool start'), 'pool stop': removes };

const BUCKET = 'shared_bucket: files\ninstance_profile: nodes\n';

/** Two of three have died. */
async function bereaved(): Promise<Party> {
  const all = next(await started());
  const { ec2, clock } = all.outside;
  await ec2.terminate([...ec2.instances.keys()].slice(1));
  await clock.sleep(3_000);
  return all;
}

/** A stop has got as far as its tag. */
async function stopping(): Promise<Party> {
  const all = next(await started());
  await all.outside.ec2.tag([...all.outside.ec2.addresses.keys()], { 'poolparty:stopping': 'yes' });
  return all;
}

const starts = [
  ['from nothing', async () => party()],
  ['from nothing, where EC2 tells late', async () => late(party())],
  ['from one of three', bereaved],
  ['from one of three, where EC2 tells late', async () => late(await bereaved())],
  ['with a bucket', async () => party(BUCKET)],
  ['after a stop that was broken off', stopping],
] as const;

test.for(starts.map((one, at) => [...one, at] as const))(
  'row 37: pool start %s',
  LONG,
  async ([, before, offset]) => {
    expect(await dieAtEachCall({ words: 'pool start', before, followers, offset })).toBeGreaterThan(25);
  },
);

const stops = [
  ['of a pool that serves', async () => next(await started())],
  ['after a start that was broken off late', async () => late(next(await started()))],
] as const;

test.for(stops.map((one, at) => [...one, at] as const))(
  'row 37: pool stop %s',
  LONG,
  async ([, before, offset]) => {
    expect(await dieAtEachCall({ words: 'pool stop', before, followers, offset })).toBeGreaterThan(10);
  },
);

test('row 34, 37: pool restart', LONG, async () => {
  const before = async () => next(await started());
  const again = { ...followers, 'pool restart': completes('pool restart') };
  expect(await dieAtEachCall({ words: 'pool restart', before, followers: again })).toBeGreaterThan(60);
});
