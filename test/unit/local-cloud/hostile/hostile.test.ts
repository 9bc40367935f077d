// An attacker at the ports of the local cloud: nobody is let in, nothing of others changes, and good requests are served.
import pLimit from 'p-limit';
import { expect, test } from 'vitest';
import { contentsOf } from './files.ts';
import { troubleOf } from './good.ts';
import { hostileGround, STORE } from './ground.ts';
import { isBehind, isLetIn, mayChangeNothing } from './judge.ts';
import { type Hostile, hostileRequests } from './requests.ts';
import { attack } from './send.ts';

const COUNT = Number(process.env['HOSTILE_REQUESTS'] ?? 400);
const SEED = Number(process.env['HOSTILE_SEED'] ?? 1);
const SENDERS = 32;
/** After so many hostile requests comes a good one. */
const GOOD_EVERY = 8;
const ground = hostileGround();

/** What no request may change, whoever signed it: nobody knows its names, or it is none of the cloud's. */
async function untouchable() {
  const { instances, groups, addresses, tags } = await ground.state();
  const { instance } = ground.kept;
  return {
    instance: instances[instance],
    tags: tags[instance],
    groups: Object.values(groups).filter(({ name }) => name === 'kept'),
    addresses: Object.values(addresses).filter(({ association }) => association?.instanceId === instance),
    files: await contentsOf(
      ground.folder,
      (name) => name.startsWith(`${STORE}/`) && !name.startsWith(`${STORE}/v1/buckets/kept`),
    ),
  };
}

const everything = async () => ({ state: await ground.state(), files: await contentsOf(ground.folder) });

interface Outcome {
  readonly letIn: unknown[];
  readonly broken: unknown[];
  readonly troubles: string[];
  behind: number;
  good: number;
}

/** Sends them all, and good ones between them. */
async function wave(requests: readonly Hostile[]): Promise<Outcome> {
  const outcome: Outcome = { letIn: [], broken: [], troubles: [], behind: 0, good: 0 };
  const limit = pLimit(SENDERS);
  const beGood = async (number: number): Promise<void> => {
    const trouble = await troubleOf(number, ground.kept, ground.at, ground.bystander);
    if (trouble !== undefined) outcome.troubles.push(trouble);
    outcome.good += 1;
  };
  const beHostile = async (hostile: Hostile): Promise<void> => {
    const statuses = await attack(hostile, ...ground.at[hostile.to]);
    if (isBehind(hostile, statuses)) outcome.behind += 1;
    if (isLetIn(hostile, statuses)) outcome.letIn.push([hostile, statuses]);
    if (statuses.some((status) => status >= 500 && status !== 501)) outcome.broken.push([hostile, statuses]);
  };
  await Promise.all(
    requests.flatMap((hostile, index) => [
      limit(() => beHostile(hostile)),
      ...(index % GOOD_EVERY === 0 ? [limit(() => beGood(index / GOOD_EVERY))] : []),
    ]),
  );
  return outcome;
}

/** Nobody in, nothing broken, and every good request served. */
async function check({ letIn, broken, troubles, good }: Outcome, sent: number): Promise<void> {
  expect(letIn).toEqual([]);
  expect(broken).toEqual([]);
  expect(troubles).toEqual([]);
  expect(good).toBe(Math.ceil(sent / GOOD_EVERY));
  await ground.checkWell();
}

const requests = (): Hostile[] => hostileRequests(COUNT, SEED, ground.kept.instance);
const PATIENCE = 60_000 + COUNT * 60;

test(
  `of ${COUNT} hostile requests to EC2, STS and metadata, and some to S3, those without the key, or only to look, change nothing`,
  async () => {
    const harmless = requests().filter(mayChangeNothing);
    const before = await everything();
    await check(await wave(harmless), harmless.length);
    expect(await everything()).toEqual(before);
  },
  PATIENCE,
);

test(
  'those with the key change nothing but what they may',
  async () => {
    const changing = requests().filter((hostile) => !mayChangeNothing(hostile));
    const before = await untouchable();
    const outcome = await wave(changing);
    await check(outcome, changing.length);
    expect(await untouchable()).toEqual(before);
    // Requests that all fail at the door would prove nothing of what is behind it.
    expect(outcome.behind).toBeGreaterThan(changing.length / 4);
  },
  PATIENCE,
);
