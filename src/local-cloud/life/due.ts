// What comes by the clock: announced ends, scheduled events, faults that are over, packets that begin to flow again.
import type { Cloud } from '../cloud.ts';
import { isAlive } from '../faults/decide.ts';
import { networkOf } from '../model/network.ts';
import type { Instance } from '../model/state.ts';
import { reboot } from './launch.ts';
import { REASONS } from './move.ts';
import { stop, terminate } from './terminate.ts';

const EVERY_MS = 200;

/** A fault that was aimed at this machine has done what it announced. */
function done(cloud: Cloud, kind: 'spot-notice' | 'retirement', { id }: Instance): void {
  cloud.state.faults = cloud.state.faults.filter((one) => one.kind !== kind || one.instance !== id);
}

function spot(cloud: Cloud, instance: Instance, now: number): void {
  const { spotNotice: notice } = instance;
  if (notice === undefined || now < Date.parse(notice.time)) return;
  delete instance.spotNotice;
  done(cloud, 'spot-notice', instance);
  if (notice.action === 'terminate') terminate(cloud, instance, REASONS.spotEnd);
  else if (instance.state === 'running') stop(cloud, instance, false, REASONS.spotStop);
}

function events(cloud: Cloud, instance: Instance, now: number): void {
  for (const event of instance.events) {
    const isOpen = !event.Description?.startsWith('[') && event.NotBefore !== undefined;
    if (!isOpen || now < Date.parse(event.NotBefore ?? '')) continue;
    event.Description = `[Completed] ${event.Description}`;
    done(cloud, 'retirement', instance);
    if (event.Code === 'system-reboot') reboot(cloud, instance);
    else stop(cloud, instance, false, REASONS.scheduledStop);
  }
}

/** As a text that changes with the part of the network that time alone changes. */
function cutOff({ state }: Cloud, now: Date): string {
  const { silenced, refused, addresses } = networkOf(state, now);
  return [silenced, refused, [...addresses.keys()].sort()].join(' ');
}

/** Starts keeping time; the returned function ends it. */
export function keepTime(cloud: Cloud): () => void {
  let before = cutOff(cloud, cloud.now());
  const round = (): void => {
    const now = cloud.now();
    for (const instance of Object.values(cloud.state.instances)) {
      spot(cloud, instance, now.getTime());
      if (instance.state === 'running') events(cloud, instance, now.getTime());
    }
    const { faults } = cloud.state;
    cloud.state.faults = faults.filter((one) => isAlive(one, now));
    const after = cutOff(cloud, now);
    if (after !== before || cloud.state.faults.length < faults.length) cloud.changed();
    before = after;
  };
  const timer = setInterval(round, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
