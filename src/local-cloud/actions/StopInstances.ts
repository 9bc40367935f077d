// StopInstances: machines are shut down, their disks stay.
import { StopInstances$, type StopInstancesRequest, type StopInstancesResult } from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { stop } from '../life/terminate.ts';
import { namedInstances } from '../model/find.ts';
import type { Instance } from '../model/state.ts';
import { changes } from '../views/changes.ts';
import { action, type Call, dryRun } from './action.ts';

function check(instance: Instance): void {
  if (instance.protectedFromStop)
    throw new ApiError(
      'OperationNotPermitted',
      `The instance '${instance.id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
    );
  if (!['running', 'stopping', 'stopped'].includes(instance.state))
    throw new ApiError(
      'IncorrectInstanceState',
      `The instance '${instance.id}' is not in a state from which it can be stopped.`,
    );
}

function run(input: StopInstancesRequest, { cloud, state }: Call): StopInstancesResult {
  const instances = namedInstances(state, input.InstanceIds);
  for (const instance of instances) check(instance);
  dryRun(input);
  const halt = (one: Instance): void => {
    if (one.state === 'running') stop(cloud, one, input.Force === true);
  };
  return { StoppingInstances: changes(instances, halt) };
}

export const StopInstances = action(StopInstances$, run);
