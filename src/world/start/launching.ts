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
/** Every zone is asked again after these pauses, in ms, each shortened at random. */
const PAUSES = [2_000, 4_000, 8_000];
/** So often another launch under our token is waited for, so long each time: EC2 tells of it late, if at all. */
const MISMATCHES = 3;
const MISMATCH_PAUSE = 2_000;

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
async function inZone(world: World, prepared: Prepared, memory: Memory, step: Launch, seen: Seen) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
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

/** In the zone that was planned, else in another; a few times, with pauses, then EC2's last refusal is thrown. */
async function launched(
  world: World,
  prepared: Prepared,
  memory: Memory,
  step: Launch,
  seen: Seen,
): Promise<readonly string[]> {
  const others = prepared.subnets.filter(({ zone }) => zone !== step.zone);
  const places = [step, ...others.map(({ id, zone }) => ({ ...step, subnetId: id, zone }))];
  for (const pause of PAUSES) {
    const ids = await firstThatCan(world, prepared, memory, places, seen).catch((error) => {
      if (!said(error, PASSING) || world.signal.aborted) throw error;
    });
    if (ids) return ids;
    await world.clock.sleep(pause * (0.5 + Math.random() / 2), world.signal);
  }
  return await firstThatCan(world, prepared, memory, places, seen);
}

/** Throws what the last of them says where none has capacity. */
async function firstThatCan(
  world: World,
  prepared: Prepared,
  memory: Memory,
  [place, ...others]: readonly Launch[],
  seen: Seen,
): Promise<readonly string[]> {
  if (place === undefined) return [];
  try {
    return await inZone(world, prepared, memory, place, seen);
  } catch (error) {
    if (others.length === 0 || !said(error, PASSING)) throw error;
    return await firstThatCan(world, prepared, memory, others, seen);
  }
}

export async function launch(
  world: World,
  prepared: Prepared,
  memory: Memory,
  step: Launch,
  seen: Seen,
): Promise<void> {
  memory.launching += step.count;
  try {
    const ids = await launched(world, prepared, memory, step, seen);
    for (const id of ids) {
      memory.launched.set(id, world.clock.monotonic());
      memory.mine.add(id);
    }
  } finally {
    memory.launching -= step.count;
  }
}
