// Launches the instances of one zone, with a token that makes a repeated launch harmless.

import { launchToken } from '../../plans/launch-token.ts';
import type { Step } from '../../plans/plan.ts';
import type { Seen } from '../../plans/seen.ts';
import { userDataOf } from '../../plans/user-data.ts';
import { PoolError } from '../../pool/failure.ts';
import { isAlive } from '../../pool/instance.ts';
import type { Memory } from '../nodes/memory.ts';
import type { Prepared } from '../preflight.ts';
import type { LaunchRequest, World } from '../world.ts';

type Launch = Extract<Step, { do: 'launch' }>;

/** Throws where nothing may be launched any more: called before each time that EC2 is asked for instances. */
type Permit = () => void;

const always: Permit = () => undefined;

/** Tokens whose instances have ended are passed over; more in a row than this means that nothing lives here. */
const ATTEMPTS = 10;

const request = (world: World, prepared: Prepared, step: Launch, seen: Seen, attempt: number) => {
  const { settings } = world;
  const groupId = seen.groupId ?? '';
  const launch = { pool: settings.name, groupId, zone: step.zone, type: settings.size, count: step.count };
  return {
    pool: settings.name,
    count: step.count,
    image: prepared.image,
    type: settings.size,
    subnetId: step.subnetId,
    groupId,
    keypair: prepared.keypair,
    instanceProfile: settings.instance_profile,
    userData: userDataOf(settings, prepared.kit.templates, seen.pool.nodes),
    token: launchToken(launch, seen.pool.nodes, attempt),
  };
};

const said = (error: unknown, codes: readonly string[]): boolean =>
  error instanceof PoolError && codes.some((code) => error.message.includes(code));

/** Refusals that time or another zone may mend; the SDK has repeated those for haste already. */
const PASSING = [
  'InsufficientInstanceCapacity',
  'RequestLimitExceeded',
  'InvalidGroup.NotFound',
  'Unavailable',
];
/** Every zone is asked again after these pauses, in ms, each shortened by another share for each launch. */
const PAUSES = [2_000, 4_000, 8_000];
/** So often another launch under our token is waited for, so long each time: EC2 tells of it late, if at all. */
const MISMATCHES = 3;
const MISMATCH_PAUSE = 2_000;

/** All that a launch is made from, beside the step. */
interface From {
  readonly world: World;
  readonly prepared: Prepared;
  readonly memory: Memory;
  readonly seen: Seen;
  readonly permit: Permit;
}

/** What became of one launch: whose ids, or why there are none. */
type Attempt = { readonly ids: readonly string[] } | 'spent' | 'mismatch';

async function attemptOf(world: World, asked: LaunchRequest): Promise<Attempt> {
  try {
    const ids = (await world.cloud.launch(asked)).filter(isAlive).map((instance) => instance.id);
    return ids.length > 0 ? { ids } : 'spent';
  } catch (error) {
    if (said(error, ['IdempotentParameterMismatch'])) return 'mismatch';
    if (said(error, ['IdempotentInstanceTerminated'])) return 'spent';
    throw error;
  }
}

/**
 * Ids of the instances launched in one zone; none where somebody else launches at this moment, who is to be looked
 * for. Throws EC2's refusal.
 */
async function inZone(from: From, step: Launch): Promise<readonly string[]> {
  const { world, prepared, memory, seen, permit } = from;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    permit();
    const asked = request(world, prepared, step, seen, attempt);
    const end = await attemptOf(world, asked);
    if (typeof end === 'object') return end.ids;
    if (end === 'spent' || memory.mismatch(asked.token) >= MISMATCHES) continue;
    await world.clock.sleep(MISMATCH_PAUSE, world.signal);
    return [];
  }
  throw new PoolError(
    `instances in ${step.zone} end as soon as they are launched; look at their state reason in EC2`,
  );
}

/** From a half to one, as if by chance, and always the same for the same launch: many pools must not come at once. */
const shareOf = (token: string): number => 0.5 + Number.parseInt(token.slice(0, 8), 16) / 2 ** 33;

/** In the zone that was planned, else in another; a few times, with pauses, then EC2's last refusal is thrown. */
async function launched(from: From, step: Launch): Promise<readonly string[]> {
  const { world, prepared, seen } = from;
  const others = prepared.subnets.filter(({ zone }) => zone !== step.zone);
  const places = [step, ...others.map(({ id, zone }) => ({ ...step, subnetId: id, zone }))];
  const share = shareOf(request(world, prepared, step, seen, 0).token);
  for (const pause of PAUSES) {
    const ids = await firstThatCan(from, places).catch((error) => {
      if (!said(error, PASSING) || world.signal.aborted) throw error;
    });
    if (ids) return ids;
    await world.clock.sleep(pause * share, world.signal);
  }
  return await firstThatCan(from, places);
}

/** Throws what the last of them says where none has capacity. */
async function firstThatCan(from: From, [place, ...others]: readonly Launch[]): Promise<readonly string[]> {
  if (place === undefined) return [];
  try {
    return await inZone(from, place);
  } catch (error) {
    if (others.length === 0 || !said(error, PASSING)) throw error;
    return await firstThatCan(from, others);
  }
}

export async function launch(
  world: World,
  prepared: Prepared,
  memory: Memory,
  step: Launch,
  seen: Seen,
  permit: Permit = always,
): Promise<void> {
  memory.launching += step.count;
  try {
    const ids = await launched({ world, prepared, memory, seen, permit }, step);
    for (const id of ids) {
      memory.launched.set(id, world.clock.monotonic());
      memory.mine.add(id);
    }
  } finally {
    memory.launching -= step.count;
  }
}
