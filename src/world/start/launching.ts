// Launches the instances of one zone, with a token that makes a repeated launch harmless.

import { launchToken } from '../../plans/launch-token.ts';
import type { Step } from '../../plans/plan.ts';
import type { Seen } from '../../plans/seen.ts';
import { userDataOf } from '../../plans/user-data.ts';
import { PoolError } from '../../pool/failure.ts';
import { isAlive } from '../../pool/instance.ts';
import type { Memory } from '../nodes/memory.ts';
import type { Prepared } from '../preflight.ts';
import type { World } from '../world.ts';

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

const spent = (error: unknown): boolean =>
  error instanceof PoolError && error.message.includes('IdempotentInstanceTerminated');

/** Ids of the instances launched. Throws EC2's refusal. */
async function launched(
  world: World,
  prepared: Prepared,
  step: Launch,
  seen: Seen,
): Promise<readonly string[]> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      const instances = await world.cloud.launch(request(world, prepared, step, seen, attempt));
      if (instances.some(isAlive)) return instances.filter(isAlive).map((instance) => instance.id);
    } catch (error) {
      if (!spent(error)) throw error;
    }
  }
  throw new PoolError(
    `instances in ${step.zone} end as soon as they are launched; look at their state reason in EC2`,
  );
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
    const ids = await launched(world, prepared, step, seen);
    for (const id of ids) {
      memory.launched.set(id, world.clock.monotonic());
      memory.mine.add(id);
    }
  } finally {
    memory.launching -= step.count;
  }
}
