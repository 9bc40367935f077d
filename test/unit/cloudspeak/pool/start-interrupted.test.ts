// Ctrl-C at any moment of pool start and pool stop: the next start or stop completes, with no orphan.
import { describe, expect, test } from 'vitest';
import type { Cloud } from '../../../../src/world/world.ts';
import { type FakeOutside, speak } from '../../fake-world.ts';
import { next, type Party, party, started } from './party.ts';

/** All moments with `npm run test:kill`, else every fourth. */
const STEP = process.env['KILL_AT'] === 'all' ? 1 : 4;

type Call = (...values: unknown[]) => Promise<unknown>;

/** The cloud of a process, where something happens around its k-th call. */
function around(
  outside: FakeOutside,
  act: (count: number, call: () => Promise<unknown>) => Promise<unknown>,
) {
  let count = 0;
  const { ec2 } = outside;
  outside.cloud = async (settings) => {
    ec2.publicIp = settings.public_ip;
    const get = (_: Cloud, name: keyof Cloud) => {
      // A promise asks whatever it is given whether it is one, too.
      if (!(name in ec2)) return undefined;
      return (...values: unknown[]) => act(++count, () => (ec2[name] as Call).apply(ec2, values));
    };
    return new Proxy<Cloud>(ec2, { get });
  };
}

/** Ctrl-C while the k-th call is under way; undefined where the command ended before it. */
async function interruptedAt(k: number, words: string, { outside }: Party) {
  let happened = false;
  around(outside, async (count, call) => {
    if (count === k) {
      happened = true;
      outside.controller.abort();
    }
    return await call();
  });
  const answer = await speak(words, outside);
  return happened ? answer : undefined;
}

async function expectWhole(all: Party): Promise<void> {
  const { code, stderr } = await speak('pool start', all.outside);
  expect([code, stderr]).toEqual([0, '']);
  const { ec2 } = all.outside;
  const { nodes, address } = await ec2.look('party');
  expect(nodes.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
  expect(ec2.leftovers('party')).toHaveLength(5);
  expect(address).toMatchObject({ holder: nodes[0]?.id, stopping: false });
  for (const { id } of nodes) expect(all.machines.up(id)).toEqual(nodes.map((node) => node.id).sort());
}

async function expectGone(all: Party): Promise<void> {
  const { code, stderr } = await speak('pool stop', all.outside);
  expect([code, stderr]).toEqual([0, '']);
  expect(all.outside.ec2.leftovers('party')).toEqual([]);
}

/** The moments of a command, k = 1, 2, 3 …, until it ends before its k-th call. */
async function everyMoment(at: (k: number) => Promise<boolean>): Promise<number> {
  let k = 1;
  while (await at(k)) k += STEP;
  return k;
}

/** EC2 tells late of what is launched, so that a command may end without having seen it. */
const late = (): Party => {
  const all = party();
  all.outside.ec2.sightDelay = 1_000;
  return all;
};

/** What a command says that was interrupted: whatever it had launched, by id. */
function expectTold({ code, stderr, outside }: Awaited<ReturnType<typeof speak>>): void {
  expect(code).toBe(130);
  expect(stderr).toMatch(/^pool: interrupted; .*\n$/);
  for (const id of outside.ec2.instances.keys()) expect(stderr).toContain(id);
}

const ends = [
  ['start completes', expectWhole],
  ['stop leaves nothing', expectGone],
] as const;

describe.for(ends)('row 37: a following %s', { timeout: 20_000 }, ([, expectEnd]) => {
  test('after Ctrl-C at each call of pool start, which ends with 130 and says what exists', async () => {
    const moments = await everyMoment(async (k) => {
      const all = late();
      const answer = await interruptedAt(k, 'pool start', all);
      if (answer) expectTold(answer);
      await expectEnd(next(all));
      return answer !== undefined;
    });
    expect(moments).toBeGreaterThan(15);
  });

  test('after Ctrl-C at each call of pool stop', async () => {
    const moments = await everyMoment(async (k) => {
      const all = next(await started());
      const answer = await interruptedAt(k, 'pool stop', all);
      if (answer) expect([k, answer.code]).toEqual([k, 130]);
      await expectEnd(next(all));
      return answer !== undefined;
    });
    expect(moments).toBeGreaterThan(5);
  });
});

describe('row 37: what Ctrl-C says', () => {
  const GOES_ON = 'pool start completes it, pool stop removes it';

  /** Ctrl-C as soon as this verb is called; `ms`: how long EC2 takes for it. */
  function atCall(all: Party, verb: 'launch' | 'terminate' | 'look', ms: number) {
    const { ec2, clock, controller } = all.outside;
    const call = ec2[verb].bind(ec2) as Call;
    Object.assign(ec2, {
      [verb]: async (...values: unknown[]) => {
        controller.abort();
        await clock.sleep(ms);
        return await call(...values);
      },
    });
  }

  test('a launch under way is waited for, and what it made is named, with address and group', async () => {
    const all = late();
    all.outside.env['POOL_MINIMUM_INSTANCES'] = '1';
    atCall(all, 'launch', 8_000);
    const { code, stderr } = await speak('pool start', all.outside);
    expect([code, stderr]).toEqual([
      130,
      `pool: interrupted; there are now: i-00000003, address 203.0.113.2, security group sg-1; ${GOES_ON}\n`,
    ]);
  });

  test('before anything was made', async () => {
    const all = party();
    atCall(all, 'look', 0);
    const { code, stderr } = await speak('pool start', all.outside);
    expect([code, stderr]).toEqual([130, `pool: interrupted; nothing of the pool exists; ${GOES_ON}\n`]);
  });

  test('where EC2 does not answer any more it ends all the same', async () => {
    const all = party();
    const { ec2, clock, controller } = all.outside;
    const began = clock.ms;
    ec2.look = async () => {
      controller.abort();
      return await new Promise<never>(() => undefined);
    };
    const { code, stderr } = await speak('pool start', all.outside);
    expect([code, stderr]).toEqual([130, `pool: interrupted; EC2 does not say what exists; ${GOES_ON}\n`]);
    expect(clock.ms - began).toBeLessThan(30_000);
  });

  test('in the middle of a stop', async () => {
    const all = next(await started());
    atCall(all, 'terminate', 3_000);
    const { code, stderr } = await speak('pool stop', all.outside);
    expect([code, stderr]).toEqual([
      130,
      'pool: interrupted; there are now: i-00000003, i-00000004, i-00000005, address 203.0.113.2, security group sg-1; pool stop removes the rest, pool start completes it again\n',
    ]);
  });

  test('in the middle of growing', async () => {
    const all = next(await started());
    atCall(all, 'launch', 0);
    const { code, stderr } = await speak('pool grow', all.outside);
    expect([code, stderr]).toEqual([
      130,
      expect.stringMatching(
        /^pool: interrupted; there are now: (i-\w+, ){4}address \S+, security group \S+; the pool heals with pool maintain or pool start, pool stop removes it\n$/,
      ),
    ]);
  });
});
