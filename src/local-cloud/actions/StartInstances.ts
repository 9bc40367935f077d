// StartInstances: stopped machines boot again.
import { StartInstances$, type StartInstancesRequest, type StartInstancesResult } from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { start } from '../life/launch.ts';
import { namedInstances } from '../model/find.ts';
import type { Instance } from '../model/state.ts';
import { changes } from '../views/changes.ts';
import { action, type Call, dryRun } from './action.ts';

function run(input: StartInstancesRequest, { cloud, state }: Call): StartInstancesResult {
  const instances = namedInstances(state, input.InstanceIds);
  const wrong = instances.find((one) => !['stopped', 'pending', 'running'].includes(one.state));
  if (wrong !== undefined)
    throw new ApiError(
      'IncorrectInstanceState',
      `The instance '${wrong.id}' is not in a state from which it can be started.`,
    );
  dryRun(input);
  const boot = (one: Instance): void => {
    if (one.state === 'stopped') start(cloud, one);
  };
  return { StartingInstances: changes(instances, boot) };
}

export const StartInstances = action(StartInstances$, run);
