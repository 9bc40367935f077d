// TerminateInstances: all of them or, when one is protected or unknown, none.
import {
  TerminateInstances$,
  type TerminateInstancesRequest,
  type TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { terminate } from '../life/terminate.ts';
import { namedInstances } from '../model/find.ts';
import { changes } from '../views/changes.ts';
import { action, type Call, dryRun } from './action.ts';

function run(input: TerminateInstancesRequest, { cloud, state }: Call): TerminateInstancesResult {
  const instances = namedInstances(state, input.InstanceIds);
  const guarded = instances.find((one) => one.protectedFromTermination);
  if (guarded !== undefined)
    throw new ApiError(
      'OperationNotPermitted',
      `The instance '${guarded.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
    );
  dryRun(input);
  return { TerminatingInstances: changes(instances, (one) => terminate(cloud, one)) };
}

export const TerminateInstances = action(TerminateInstances$, run);
