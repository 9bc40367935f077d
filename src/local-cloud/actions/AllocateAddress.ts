// AllocateAddress: an Elastic IP of one's own, associated with nothing yet.
import {
  AllocateAddress$,
  type AllocateAddressRequest,
  type AllocateAddressResult,
} from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { freeAddress, inside, publicTaken } from '../model/addresses.ts';
import { newId } from '../model/ids.ts';
import { addTags, specifiedTags } from '../model/tags.ts';
import { action, type Call, dryRun } from './action.ts';

function choose(asked: string | undefined, { cloud, state }: Call): string {
  const taken = publicTaken(state);
  if (asked === undefined) return freeAddress(cloud.plan.publicRange, taken);
  if (taken.has(asked) || !inside(asked, cloud.plan.publicRange))
    throw new ApiError('InvalidAddress.NotFound', `Address '${asked}' not found.`);
  return asked;
}

function checkQuota({ cloud, state }: Call): void {
  if (Object.keys(state.addresses).length < cloud.settings.addressLimit) return;
  throw new ApiError('AddressLimitExceeded', 'The maximum number of addresses has been reached.');
}

function run(input: AllocateAddressRequest, call: Call): AllocateAddressResult {
  const tags = specifiedTags(input.TagSpecifications, 'elastic-ip');
  const ip = choose(input.Address, call);
  checkQuota(call);
  dryRun(input);
  const allocationId = newId('eipalloc');
  call.state.addresses[allocationId] = { allocationId, ip, made: call.cloud.now().toISOString() };
  addTags(call.state, allocationId, tags);
  call.cloud.changed();
  return {
    AllocationId: allocationId,
    PublicIp: ip,
    Domain: 'vpc',
    PublicIpv4Pool: 'amazon',
    NetworkBorderGroup: call.region,
  };
}

export const AllocateAddress = action(AllocateAddress$, run);
