// ReleaseAddress: gives an Elastic IP back; it must be associated with nothing.
import { ReleaseAddress$, type ReleaseAddressRequest } from '@aws-sdk/client-ec2';
import { ApiError, required } from '../api/errors.ts';
import { findAllocation, findElasticIp } from '../model/find.ts';
import { action, type Call, dryRun } from './action.ts';

function run(input: ReleaseAddressRequest, { cloud, state }: Call): void {
  const address =
    input.PublicIp !== undefined && input.AllocationId === undefined
      ? findElasticIp(state, input.PublicIp)
      : findAllocation(state, required(input.AllocationId, 'AllocationId'));
  if (address.association !== undefined)
    throw new ApiError('InvalidIPAddress.InUse', `Address ${address.ip} is in use.`);
  dryRun(input);
  delete state.addresses[address.allocationId];
  delete state.tags[address.allocationId];
  cloud.changed();
}

export const ReleaseAddress = action(ReleaseAddress$, run);
