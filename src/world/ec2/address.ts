// The pool's Elastic IP: made, given, taken, released. Tags, too.
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DisassociateAddressCommand,
  ReleaseAddressCommand,
} from '@aws-sdk/client-ec2';
import type { InstanceId } from '../../pool/instance.ts';
import { type Address, POOL_TAG } from '../../pool/pool.ts';
import type { Ec2 } from './client.ts';
import { unless } from './errors.ts';
import { addressOf } from './look.ts';

export async function allocateAddress(ec2: Ec2, pool: string): Promise<Address> {
  const Tags = [{ Key: POOL_TAG, Value: pool }];
  const made = await ec2.call('AllocateAddress', () =>
    ec2.client.send(
      new AllocateAddressCommand({
        Domain: 'vpc',
        TagSpecifications: [{ ResourceType: 'elastic-ip', Tags }],
      }),
    ),
  );
  return addressOf({ PublicIp: made.PublicIp, AllocationId: made.AllocationId, Tags }, pool);
}

/** Fails where another instance has the address: of two contenders one gets an error. */
export async function associate(ec2: Ec2, address: Address, instance: InstanceId): Promise<void> {
  const input = { AllocationId: address.allocationId, InstanceId: instance, AllowReassociation: false };
  await ec2.call('AssociateAddress', () => ec2.client.send(new AssociateAddressCommand(input)));
}

export const disassociate = (ec2: Ec2, associationId: string): Promise<void> =>
  ec2.call('DisassociateAddress', () =>
    unless('InvalidAssociationID.NotFound', () =>
      ec2.client.send(new DisassociateAddressCommand({ AssociationId: associationId })),
    ),
  );

export const release = (ec2: Ec2, address: Address): Promise<void> =>
  ec2.call('ReleaseAddress', () =>
    unless('InvalidAllocationID.NotFound', () =>
      ec2.client.send(new ReleaseAddressCommand({ AllocationId: address.allocationId })),
    ),
  );

export async function tag(
  ec2: Ec2,
  ids: readonly string[],
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await ec2.call('CreateTags', () => ec2.client.send(new CreateTagsCommand({ Resources: [...ids], Tags })));
}

export async function untag(ec2: Ec2, ids: readonly string[], keys: readonly string[]): Promise<void> {
  const Tags = keys.map((Key) => ({ Key }));
  await ec2.call('DeleteTags', () => ec2.client.send(new DeleteTagsCommand({ Resources: [...ids], Tags })));
}
