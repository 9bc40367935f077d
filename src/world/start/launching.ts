// Launches the instances of one step: each request with a token that makes it harmless when it is repeated.

import { type Candidate, candidatesFor } from '../../plans/capacity.ts';
import { launchToken } from '../../plans/launch-token.ts';
import type { Step } from '../../plans/plan.ts';
import type { Seen } from '../../plans/seen.ts';
import { userDataOf } from '../../plans/user-data.ts';
import { PoolError } from '../../pool/failure.ts';
import { isAlive } from '../../pool/instance.ts';
import { refusalCode } from '../ec2/errors.ts';
import type { Memory } from '../nodes/memory.ts';
import type { Prepared } from '../preflight.ts';
import type { LaunchRequest, World } from '../world.ts';
import { askAll } from './asking.ts';

type Launch = Extract<Step, { do: 'launch' }>;

/** Throws where nothing may be launched any more: called before each time that EC2 is asked for instances. */
type Permit = () => void;

const always: Permit = () => undefined;

/** Tokens whose instances have ended are passed over; more in a row than this means that nothing lives here. */
const ATTEMPTS = 10;
/** So often another launch under our token is waited for, so long each time: EC2 tells of it late, if at all. */
const MISMATCHES = 3;
const MISMATCH_PAUSE = 2_000;

/** All that a launch is made from. */
interface From {
  readonly world: World;
  readonly prepared: Prepared;
  readonly memory: Memory;
  readonly seen: Seen;
  readonly count: number;
  readonly permit: Permit;
}

function request(
  { world, prepared, seen, count }: From,
  candidate: Candidate,
  attempt: number,
): LaunchRequest {
  const { settings } = world;
  const groupId = seen.groupId ?? '';
  const { subnetId, zone, type, market } = candidate;
  const launch = { pool: settings.name, groupId, zone, type, market, count };
  return {
    pool: settings.name,
    count,
    image: prepared.image,
    type,
    market,
    subnetId,
    groupId,
    volumeSize: settings.volume_size,
    keypair: prepared.keypair,
    instanceProfile: settings.instance_profile,
    userData: userDataOf(settings, prepared.kit.templates, seen.pool.nodes),
    token: launchToken(launch, seen.pool.nodes, attempt),
  };
}

/** What became of one launch: whose ids, or why there are none. */
type Attempt = { readonly ids: readonly string[] } | 'spent' | 'mismatch';

async function attemptOf(world: World, asked: LaunchRequest): Promise<Attempt> {
  try {
    const ids = (await world.cloud.launch(asked)).filter(isAlive).map((instance) => instance.id);
    return ids.length > 0 ? { ids } : 'spent';
  } catch (error) {
    const code = refusalCode(error);
    if (code === 'IdempotentParameterMismatch') return 'mismatch';
    if (code === 'IdempotentInstanceTerminated') return 'spent';
    throw error;
  }
}

/**
 * Ids of the instances launched of one kind; none where somebody else launches at this moment, who is to be looked
 * for. Throws EC2's refusal.
 */
async function ask(from: From, candidate: Candidate): Promise<readonly string[]> {
  const { world, memory, permit } = from;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    permit();
    const asked = request(from, candidate, attempt);
    const end = await attemptOf(world, asked);
    if (typeof end === 'object') return end.ids;
    if (end === 'spent' || memory.mismatch(asked.token) >= MISMATCHES) continue;
    await world.clock.sleep(MISMATCH_PAUSE, world.signal);
    return [];
  }
  throw new PoolError(
    `instances in ${candidate.zone} end as soon as they are launched; look at their state reason in EC2`,
  );
}

/** From a half to one, as if by chance, and always the same for the same launch: many pools must not come at once. */
const shareOf = (token: string): number => 0.5 + Number.parseInt(token.slice(0, 8), 16) / 2 ** 33;

async function launched(from: From, zone: string): Promise<readonly string[]> {
  const { world, prepared, memory } = from;
  const candidates = candidatesFor(zone, prepared.places, world.settings);
  const [first] = candidates;
  if (first === undefined) throw new PoolError(`no zone has ${world.settings.size.join(', ')}`);
  return await askAll({
    world,
    memory,
    candidates,
    share: shareOf(request(from, first, 0).token),
    ask: (candidate) => ask(from, candidate),
  });
}

export async function launch(
  world: World,
  prepared: Prepared,
  memory: Memory,
  { count, zone }: Launch,
  seen: Seen,
  permit: Permit = always,
): Promise<void> {
  memory.launching += count;
  try {
    const ids = await launched({ world, prepared, memory, seen, count, permit }, zone);
    for (const id of ids) {
      memory.launched.set(id, world.clock.monotonic());
      memory.mine.add(id);
    }
  } finally {
    memory.launching -= count;
  }
}
