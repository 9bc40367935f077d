// An Elastic IP as DescribeAddresses shows it.
import type { Address as Ec2Address } from '@aws-sdk/client-ec2';
import { ACCOUNT, interfaceOf } from '../model/ids.ts';
import type { Address, State } from '../model/state.ts';
import { tagsOf } from './tags.ts';

export function addressView(state: State, address: Address, region: string): Ec2Address {
  const instance = state.instances[address.association?.instanceId ?? ''];
  return {
    AllocationId: address.allocationId,
    PublicIp: address.ip,
    Domain: 'vpc',
    PublicIpv4Pool: 'amazon',
    NetworkBorderGroup: region,
    Tags: tagsOf(state, address.allocationId),
    ...(address.association === undefined || instance === undefined
      ? {}
      : {
          AssociationId: address.association.id,
          InstanceId: instance.id,
          NetworkInterfaceId: interfaceOf(instance.id),
          NetworkInterfaceOwnerId: ACCOUNT,
          PrivateIpAddress: instance.privateIp,
        }),
  };
}
