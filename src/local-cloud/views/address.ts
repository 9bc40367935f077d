// An Elastic IP as DescribeAddresses shows it.
import type { Address as Ec2Address } from '@aws-sdk/client-ec2';
import type { Fields } from '../model/filters.ts';
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

/** The filters that DescribeAddresses knows. */
export const addressFields: Fields<Ec2Address> = {
  'allocation-id': (a) => [a.AllocationId],
  'association-id': (a) => [a.AssociationId],
  'instance-id': (a) => [a.InstanceId],
  'network-border-group': (a) => [a.NetworkBorderGroup],
  'network-interface-id': (a) => [a.NetworkInterfaceId],
  'network-interface-owner-id': (a) => [a.NetworkInterfaceOwnerId],
  'private-ip-address': (a) => [a.PrivateIpAddress],
  'public-ip': (a) => [a.PublicIp],
};
