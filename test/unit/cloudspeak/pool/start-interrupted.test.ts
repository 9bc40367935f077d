// Ctrl-C and death at any moment of pool start and pool stop: the next start or stop completes, with no orphan.
import { describe, expect, test } from 'vitest';
import type { Cloud } from '../../../../src/world/world.ts';
import { type FakeOutside, speak } from '../../fake-world.ts';
import { next, type Party, party, started } from './party.ts';

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

const never = () => new Promise<never>(() => undefined);

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

/** SIGKILL right after the k-th call took effect: nothing of this process acts any more. */
async function killedAt(k: number, words: string, { outside }: Party): Promise<boolean> {
  let dead = false;
  const died = new Promise<boolean>((resolve) => {
    around(outside, async (count, call) => {
      if (dead) return await never();
      const answer = await call();
      if (count < k) return answer;
      dead = true;
      resolve(true);
      return await never();
    });
  });
  const { run } = outside.nodes;
  outside.nodes.run = (...values) => (dead ? never() : run.apply(outside.nodes, values));
  return await Promise.race([died, speak(words, outside).then(() => false)]);
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

/** Every moment of a command: k = 1, 2, 3 … until it ends before its k-th call. */
async function everyMoment(at: (k: number) => Promise<boolean>): Promise<number> {
  let k = 1;
  while (await at(k)) k += 1;
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

  test('after death at each call of pool start', async () => {
    const moments = await everyMoment(async (k) => {
      const all = late();
      const died = await killedAt(k, 'pool start', all);
      await expectEnd(next(all));
      return died;
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

  test('after death at each call of pool stop', async () => {
    const moments = await everyMoment(async (k) => {
      const all = next(await started());
      const died = await killedAt(k, 'pool stop', all);
      await expectEnd(next(all));
      return died;
    });
    expect(moments).toBeGreaterThan(5);
  });
});
