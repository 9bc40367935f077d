// Ends instances: a stopped one keeps its disk; of a terminated one its volume stays on record where somebody said so.
import type { Cloud } from '../cloud.ts';
import { elasticOf } from '../model/addresses.ts';
import { volumeOf } from '../model/ids.ts';
import type { Instance, Reason } from '../model/state.ts';
import { USUAL } from '../model/volumes.ts';
import { move, REASONS } from './move.ts';

function leaveVolume(
  { state }: Cloud,
  { id, zone, imageId, launchTime, made, volume = USUAL }: Instance,
): void {
  const { goesAlong, ...rest } = volume;
  if (goesAlong) return;
  const own = volumeOf(id);
  state.volumes[own] = { ...rest, id: own, zone, imageId, created: made ?? launchTime };
}

/** Marks an instance whose machine is gone as terminated; it gives back all addresses. */
export function end(cloud: Cloud, instance: Instance, reason: Reason): void {
  const elastic = elasticOf(cloud.state, instance.id);
  if (elastic !== undefined) delete elastic.association;
  delete instance.publicIp;
  leaveVolume(cloud, instance);
  move(cloud, instance, 'terminated', reason);
}

async function destroy(cloud: Cloud, instance: Instance, reason: Reason): Promise<void> {
  const launching = cloud.launching.get(instance.id);
  launching?.abort.abort();
  await launching?.over;
  await cloud.engine.destroy(instance.id);
  end(cloud, instance, reason);
}

/** Ends the machine and its disk behind the answer; a launch under way is given up. */
export function terminate(cloud: Cloud, instance: Instance, reason: Reason = REASONS.userShutdown): void {
  if (instance.state === 'terminated') return;
  move(cloud, instance, 'shutting-down', reason);
  cloud.behind(`termination of ${instance.id}`, destroy(cloud, instance, reason));
}

/** Marks an instance as stopped; its automatic public address is gone, an elastic one stays. */
export function halt(cloud: Cloud, instance: Instance, reason: Reason): void {
  delete instance.publicIp;
  move(cloud, instance, 'stopped', reason);
}

async function shutDown(cloud: Cloud, instance: Instance, force: boolean, reason: Reason): Promise<void> {
  await cloud.engine.stop(instance.id, force);
  if (instance.state === 'stopping') halt(cloud, instance, reason);
}

/** Shuts the machine down behind the answer. */
export function stop(
  cloud: Cloud,
  instance: Instance,
  force = false,
  reason: Reason = REASONS.userShutdown,
): void {
  move(cloud, instance, 'stopping', reason);
  cloud.behind(`stop of ${instance.id}`, shutDown(cloud, instance, force, reason));
}
