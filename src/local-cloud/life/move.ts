// An instance goes from one state to another: the one place that writes it down.
import type { Cloud } from '../cloud.ts';
import type { Instance, InstanceState, Reason } from '../model/state.ts';

export const REASONS = {
  userShutdown: {
    code: 'Client.UserInitiatedShutdown',
    message: 'Client.UserInitiatedShutdown: User initiated shutdown',
  },
  ownShutdown: {
    code: 'Client.InstanceInitiatedShutdown',
    message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
  },
  spotEnd: {
    code: 'Server.SpotInstanceTermination',
    message: 'Server.SpotInstanceTermination: Spot instance termination',
  },
  spotStop: {
    code: 'Server.SpotInstanceShutdown',
    message: 'Server.SpotInstanceShutdown: Spot instance shutdown',
  },
  scheduledStop: {
    code: 'Server.ScheduledStop',
    message: 'Server.ScheduledStop: Stopped due to a scheduled retirement',
  },
  lost: { code: 'Server.InternalError', message: 'Server.InternalError: The machine of this instance died' },
} as const satisfies Record<string, Reason>;

function ready(cloud: Cloud, instance: Instance): void {
  instance.bootedOnce = true;
  const refused = instance.trouble?.refused;
  if (refused === undefined) return;
  instance.refusedUntil = new Date(cloud.now().getTime() + refused).toISOString();
  const { refused: _, ...rest } = instance.trouble ?? {};
  instance.trouble = rest;
}

/** Takes the instance to a state, with the reason if there is one. */
export function move(cloud: Cloud, instance: Instance, state: InstanceState, reason?: Reason): void {
  instance.state = state;
  instance.transitionTime = cloud.now().toISOString();
  delete instance.reason;
  if (reason !== undefined) instance.reason = reason;
  if (state === 'running') ready(cloud, instance);
  else instance.health = 'initializing';
  cloud.changed();
}

/** A server-side failure as EC2 words it. */
export const internalError = (error: unknown): Reason => ({
  code: 'Server.InternalError',
  message: `Server.InternalError: ${error instanceof Error ? error.message : String(error)}`,
});
