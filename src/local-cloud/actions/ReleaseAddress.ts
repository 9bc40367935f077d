// ReleaseAddress: gives an Elastic IP back; in a default VPC, as ours is, it leaves its instance by itself.
import { ReleaseAddress$, type ReleaseAddressRequest } from '@aws-sdk/client-ec2';
import { required } from '../api/errors.ts';
import { disassociate } from '../life/public-address.ts';
import { findAllocation, findElasticIp } from '../model/find.ts';
import { action, type Call, dryRun } from './action.ts';

function run(input: ReleaseAddressRequest, { cloud, state }: Call): void {
  const address =
    input.PublicIp !== undefined && input.AllocationId === undefined
      ? findElasticIp(state, input.PublicIp)
      : findAllocation(state, required(input.AllocationId, 'AllocationId'));
  dryRun(input);
  if (address.association !== undefined) disassociate(cloud, address);
  delete state.addresses[address.allocationId];
  delete state.tags[address.allocationId];
  cloud.changed();
}

export const ReleaseAddress = action(ReleaseAddress$, run);
