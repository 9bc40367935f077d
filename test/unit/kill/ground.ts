// A command that is killed at each of its calls, on both sides, and the command that comes after it.
import { expect } from 'vitest';
import { main } from '../../../src/cloudspeak/run.ts';
import type { Program } from '../../../src/cloudspeak/word.ts';
import { isLeaving } from '../../../src/pool/instance.ts';
import { copy, next, type Party } from '../cloudspeak/pool/party.ts';
import { type Death, Mortal } from '../fakes/mortal.ts';

/** All moments, each with all that may come after it, with `npm run test:kill`; else some, the same each time. */
const ALL = process.env['KILL_AT'] === 'all';
const SAMPLE = 4;

const MAXIMUM = 4;
const MINIMUM = 3;

/** What a command after the killed one is to come to; throws where it does not. */
export type Follower = (all: Party) => Promise<void>;

async function dies(words: string, { outside }: Party, death?: Death): Promise<readonly string[]> {
  const [program, ...argv] = words.split(' ');
  const mortal = new Mortal(outside, death);
  const ended = main(program as Program['name'], argv, mortal.outside);
  const code = await Promise.race([mortal.died, ended]);
  if (death === undefined) expect([words, code, outside.screen.stderr]).toEqual([words, 0, '']);
  return mortal.calls;
}

/** Others in the same account: another pool with all that belongs to one, and a machine of nobody's. */
function addNeighbours({ outside: { ec2 } }: Party): void {
  const other = ec2.has('party-2');
  ec2.hasAddress('party-2', other.id);
  ec2.groups.set('sg-other', { name: 'poolparty-party-2', vpcId: 'vpc-1', pool: 'party-2', rules: [] });
  ec2.has('', { tags: { Name: 'party', 'poolparty:pol': 'party' } });
}

const neighboursIn = ({ outside: { ec2 } }: Party) => ({
  instances: [...ec2.instances.values()].filter(({ tags }) => tags['poolparty:pool'] !== 'party'),
  addresses: [...ec2.addresses.values()].filter(({ pool }) => pool !== 'party'),
  groups: [...ec2.groups].filter(([, { pool }]) => pool !== 'party'),
});

/** Evenly spread over all calls, and both sides by turns. */
function someOf(moments: readonly Death[], offset: number): readonly Death[] {
  if (ALL) return moments;
  const step = Math.max(1, Math.floor(moments.length / SAMPLE) | 1);
  return moments.filter((_, at) => at % step === offset % step);
}

export interface Course {
  readonly words: string;
  readonly before: () => Promise<Party>;
  readonly followers: Readonly<Record<string, Follower>>;
  /** Which of the moments are taken where not all are. */
  readonly offset?: number;
}

const followersAt = (
  followers: Course['followers'],
  at: number,
): readonly (readonly [string, Follower])[] => {
  const all = Object.entries(followers);
  return ALL ? all : all.slice(at % all.length, (at % all.length) + 1);
};

/** How many moments there are; each was died at, and survived by each follower. */
export async function dieAtEachCall({ words, before, followers, offset = 0 }: Course): Promise<number> {
  const base = await before();
  addNeighbours(base);
  const neighbours = neighboursIn(base);
  const calls = await dies(words, copy(base));
  const moments = calls.flatMap((_, at): Death[] => [
    { call: at + 1, side: 'before' },
    { call: at + 1, side: 'after' },
  ]);
  for (const [at, moment] of someOf(moments, offset).entries()) {
    const dead = copy(base);
    await dies(words, dead, moment);
    for (const [name, follow] of followersAt(followers, at + offset)) {
      const all = next(copy(dead));
      try {
        await follow(all);
        expect(neighboursIn(all)).toEqual(neighbours);
        expect(all.outside.ec2.peak).toBeLessThanOrEqual(MAXIMUM);
      } catch (error) {
        const where = `${words}, ${moment.side} call ${moment.call} (${calls[moment.call - 1]}), then ${name}`;
        throw new Error(
          `${where}: ${error instanceof Error ? error.message : error}\n${all.outside.ec2.changes.join('\n')}\n${all.outside.screen.stdout}${all.outside.screen.stderr}`,
          { cause: error },
        );
      }
    }
  }
  return moments.length;
}

/** Everybody runs, serves and is in everybody's rotation; beside them there is one address, one group, and nothing. */
async function expectWhole({ outside, machines }: Party, most = MINIMUM): Promise<void> {
  const { ec2, clock } = outside;
  // HAProxy's first checks, and what EC2 tells late.
  await clock.sleep(5_000);
  const { nodes, address } = await ec2.look('party');
  expect(nodes.map(({ state }) => state)).toEqual(nodes.map(() => 'running'));
  expect(nodes.length).toBeGreaterThanOrEqual(MINIMUM);
  expect(nodes.length).toBeLessThanOrEqual(most);
  expect(nodes.filter(isLeaving)).toEqual([]);
  expect(ec2.leftovers('party')).toHaveLength(nodes.length + 2);
  expect(address).toMatchObject({ holder: nodes[0]?.id, stopping: false });
  for (const { id } of nodes) expect(machines.up(id)).toEqual(nodes.map((node) => node.id).sort());
}

const says = async (words: string, all: Party): Promise<void> => {
  const [program, ...argv] = words.split(' ');
  const code = await main(program as Program['name'], argv, new Mortal(all.outside).outside);
  const { stderr } = all.outside.screen;
  expect([words, code, stderr]).toEqual([words, 0, '']);
};

export const completes =
  (words: string, most = MINIMUM): Follower =>
  async (all) => {
    await says(words, all);
    await expectWhole(all, most);
  };

/** Nothing of the pool is left, also not what EC2 tells late. */
export const removes: Follower = async (all) => {
  await says('pool stop', all);
  await all.outside.clock.sleep(10_000);
  expect(all.outside.ec2.leftovers('party')).toEqual([]);
};
