// RebootInstances: running machines boot anew, their disks kept.
import { RebootInstances$, type RebootInstancesRequest } from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { reboot } from '../life/launch.ts';
import { namedInstances } from '../model/find.ts';
import { action, type Call, dryRun } from './action.ts';

function run(input: RebootInstancesRequest, { cloud, state }: Call): void {
  const instances = namedInstances(state, input.InstanceIds);
  const wrong = instances.find((one) => one.state !== 'running');
  if (wrong !== undefined)
    throw new ApiError(
      'IncorrectInstanceState',
      `The instance '${wrong.id}' is not in a state from which it can be rebooted.`,
    );
  dryRun(input);
  for (const one of instances) reboot(cloud, one);
}

export const RebootInstances = action(RebootInstances$, run);
