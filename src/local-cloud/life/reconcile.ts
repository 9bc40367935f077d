// After a daemon's restart: brings what is written down and what really exists together again.
import type { Cloud } from '../cloud.ts';
import type { Instance } from '../model/state.ts';
import { launch, startAgain } from './launch.ts';
import { move, REASONS } from './move.ts';
import { giveAutomatic } from './public-address.ts';
import { end, halt, stop, terminate } from './terminate.ts';

async function running(cloud: Cloud, instance: Instance): Promise<void> {
  if ((await cloud.engine.pulse(instance.id)) === 'dead') halt(cloud, instance, REASONS.lost);
  else giveAutomatic(cloud, instance);
}

async function pending(cloud: Cloud, instance: Instance): Promise<void> {
  if ((await cloud.engine.pulse(instance.id)) === 'well') return move(cloud, instance, 'running');
  if (instance.bootedOnce) return startAgain(cloud, instance);
  await cloud.engine.destroy(instance.id);
  launch(cloud, instance);
}

async function mend(cloud: Cloud, instance: Instance, exists: boolean): Promise<void> {
  if (instance.state === 'terminated') return;
  if (instance.state === 'shutting-down') return terminate(cloud, instance, instance.reason);
  if (instance.state === 'pending') return pending(cloud, instance);
  if (!exists) return end(cloud, instance, REASONS.lost);
  if (instance.state === 'running') return running(cloud, instance);
  if (instance.state === 'stopping') return stop(cloud, instance);
}

/** Destroys machines that nobody remembers, and goes on with whatever was under way. */
export async function reconcile(cloud: Cloud): Promise<void> {
  const { instances } = cloud.state;
  const existing = new Set(await cloud.engine.machines());
  const known = (id: string): boolean => instances[id] !== undefined && instances[id]?.state !== 'terminated';
  const strangers = [...existing].filter((id) => !known(id));
  await Promise.all(strangers.map((id) => cloud.engine.destroy(id)));
  await Promise.all(Object.values(instances).map((one) => mend(cloud, one, existing.has(one.id))));
  cloud.changed();
  await cloud.settled();
}
