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
  lost: { code: 'Server.InternalError', message: 'Server.InternalError: The machine of this instance died' },
} as const satisfies Record<string, Reason>;

/** Takes the instance to a state, with the reason if there is one. */
export function move(cloud: Cloud, instance: Instance, state: InstanceState, reason?: Reason): void {
  instance.state = state;
  instance.transitionTime = cloud.now().toISOString();
  delete instance.reason;
  if (reason !== undefined) instance.reason = reason;
  if (state === 'running') instance.bootedOnce = true;
  else instance.health = 'initializing';
  cloud.changed();
}

/** A server-side failure as EC2 words it. */
export const internalError = (error: unknown): Reason => ({
  code: 'Server.InternalError',
  message: `Server.InternalError: ${error instanceof Error ? error.message : String(error)}`,
});
