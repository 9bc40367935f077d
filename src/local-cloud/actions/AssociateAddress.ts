// AssociateAddress: the compare-and-swap that the pool's mastership rests on.
import {
  AssociateAddress$,
  type AssociateAddressRequest,
  type AssociateAddressResult,
} from '@aws-sdk/client-ec2';
import { ApiError, missingParameter } from '../api/errors.ts';
import { associate } from '../life/public-address.ts';
import { findAllocation, findElasticIp, findInstance } from '../model/find.ts';
import { instanceOfInterface } from '../model/ids.ts';
import type { Address, Instance, State } from '../model/state.ts';
import { action, type Call, dryRun } from './action.ts';

function target(input: AssociateAddressRequest, state: State): Instance {
  const id = input.InstanceId ?? (input.NetworkInterfaceId && instanceOfInterface(input.NetworkInterfaceId));
  if (!id) throw missingParameter('InstanceId');
  const instance = findInstance(state, id);
  if (instance.state === 'pending')
    throw new ApiError(
      'InvalidInstanceID',
      `The pending instance '${id}' is not in a valid state for this operation.`,
    );
  if (instance.state === 'shutting-down' || instance.state === 'terminated')
    throw new ApiError(
      'InvalidInstanceID',
      `The instance '${id}' is not in a valid state for this operation.`,
    );
  return instance;
}

function addressOf(input: AssociateAddressRequest, state: State): Address {
  if (input.AllocationId !== undefined) return findAllocation(state, input.AllocationId);
  if (input.PublicIp !== undefined) return findElasticIp(state, input.PublicIp);
  throw missingParameter('AllocationId');
}

function run(input: AssociateAddressRequest, { cloud, state }: Call): AssociateAddressResult {
  const address = addressOf(input, state);
  const instance = target(input, state);
  const held = address.association;
  // Who names the address rather than its allocation gets the reassociation without asking, as on EC2.
  const mayMove = input.AllowReassociation ?? input.AllocationId === undefined;
  if (held !== undefined && held.instanceId !== instance.id && !mayMove)
    throw new ApiError(
      'Resource.AlreadyAssociated',
      `resource ${address.allocationId} is already associated with associate-id ${held.id}`,
    );
  dryRun(input);
  return { AssociationId: associate(cloud, address, instance) };
}

export const AssociateAddress = action(AssociateAddress$, run);
