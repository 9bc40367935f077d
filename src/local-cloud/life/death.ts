// A machine's process ended without being asked to: what EC2 would show for it.
import type { Cloud } from '../cloud.ts';
import type { Death } from '../engine.ts';
import { move, REASONS } from './move.ts';
import { halt, terminate } from './terminate.ts';

/** Takes note of a death: a reboot from inside boots again, everything else stays as it is until somebody starts it. */
export function onDeath(cloud: Cloud, id: string, death: Death): void {
  const instance = cloud.state.instances[id];
  if (instance?.state !== 'running') return;
  cloud.log(`the machine of ${id} ended: ${death}`);
  if (death === 'reboot') {
    move(cloud, instance, 'running');
    instance.health = 'initializing';
    cloud.behind(`reboot of ${id}`, cloud.engine.start(id));
    return;
  }
  const reason = death === 'poweroff' ? REASONS.ownShutdown : REASONS.lost;
  if (death === 'poweroff' && instance.terminateOnShutdown) terminate(cloud, instance, reason);
  else halt(cloud, instance, reason);
}
