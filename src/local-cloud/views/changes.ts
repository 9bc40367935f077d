// What Start, Stop and Terminate answer: the state before and after, for each instance.
import type { InstanceStateChange } from '@aws-sdk/client-ec2';
import type { Instance } from '../model/state.ts';
import { stateView } from './instance.ts';

/** Does something to each instance and reports the states around it. */
export const changes = (
  instances: readonly Instance[],
  change: (instance: Instance) => void,
): InstanceStateChange[] =>
  instances.map((instance) => {
    const before = stateView(instance.state);
    change(instance);
    return { InstanceId: instance.id, PreviousState: before, CurrentState: stateView(instance.state) };
  });
