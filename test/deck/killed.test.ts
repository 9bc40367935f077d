// SIGKILL of the real command at a request to EC2, before it arrives or before its answer: the next one completes or removes.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { holdings } from './ground/clients.ts';
import { ec2Of } from './ground/cloud.ts';
import { party, visit } from './ground/party.ts';
import { type Moment, Tollgate } from './ground/tollgate.ts';

/** Each request, on both sides, with KILL_AT=all (npm run test:kill:deck), so many with a number; else a few. */
const ALL = process.env['KILL_AT'] === 'all';
const SAMPLE = Number(process.env['KILL_AT']) || 3;
const LIMIT = { timeout: ALL ? 3_600_000 : SAMPLE * 60_000 };

const cloud = inject('cloud');
const ec2 = ec2Of(cloud);
const SIZE = { POOL_MINIMUM_INSTANCES: '2', POOL_MAXIMUM_INSTANCES: '2' };
const NOTHING = { instances: [], addresses: [], groups: [] };

const gate = await Tollgate.open(cloud.env['AWS_ENDPOINT_URL_EC2'] ?? '');
const through = { ...SIZE, AWS_ENDPOINT_URL_EC2: gate.url };
const watched = party(cloud, 'killed', through);
/** The same pool, spoken to past the gate. */
const free = party(cloud, 'killed', { ...SIZE, POOL_NAME: watched.name });

const moments = { start: [] as Moment[], stop: [] as Moment[] };

/** All requests of the words, each on both sides. */
async function count(...words: readonly string[]): Promise<Moment[]> {
  gate.watch(undefined);
  expect(await watched.pool(...words)).toMatchObject({ code: 0, stderr: '' });
  return gate.asked.flatMap((_, at): Moment[] => [
    { call: at + 1, side: 'before' },
    { call: at + 1, side: 'after' },
  ]);
}

const some = (all: readonly Moment[]): readonly Moment[] => {
  const step = Math.floor(all.length / SAMPLE) | 1;
  return ALL ? all : all.filter((_, at) => at % step === step >> 1);
};

/** True where it was killed; a start may need fewer requests than the one that was counted. */
async function kill(moment: Moment, ...words: readonly string[]): Promise<boolean> {
  const { child, ended } = watched.begin('pool', words);
  gate.watch(moment, () => child.kill('SIGKILL'));
  return (await ended).code === null;
}

async function expectWhole(): Promise<void> {
  expect(await free.pool('start')).toMatchObject({ code: 0, stderr: '' });
  const { instances, addresses, groups } = await holdings(ec2, watched.name);
  expect([instances.length, addresses.length, groups.length]).toEqual([2, 1, 1]);
  expect((await visit(`http://${addresses[0]}/`)).status).toBe(200);
}

async function expectGone(): Promise<void> {
  expect(await free.pool('stop', '--yes')).toMatchObject({ code: 0, stderr: '' });
  expect(await holdings(ec2, watched.name)).toEqual(NOTHING);
}

beforeAll(async () => {
  moments.start = await count('start');
  moments.stop = await count('stop', '--yes');
});

afterAll(async () => {
  await free.end();
  gate.close();
  ec2.destroy();
});

test(
  'row 37: a start that is killed at a request; start completes it, or stop removes it',
  LIMIT,
  async () => {
    expect(moments.start.length).toBeGreaterThan(30);
    for (const [at, moment] of some(moments.start).entries()) {
      await kill(moment, 'start');
      expect((await holdings(ec2, watched.name)).instances.length).toBeLessThanOrEqual(2);
      if (at % 2 === 0) await expectWhole();
      await expectGone();
    }
  },
);

test('row 37: a stop that is killed at a request; stop removes the rest', LIMIT, async () => {
  expect(moments.stop.length).toBeGreaterThan(10);
  for (const moment of some(moments.stop)) {
    await expectWhole();
    await kill(moment, 'stop', '--yes');
    await expectGone();
  }
});
