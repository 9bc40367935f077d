// The filters that DescribeInstances knows, and what each sees in an instance.
import type { Instance } from '@aws-sdk/client-ec2';
import type { Fields } from '../model/filters.ts';

const net = (instance: Instance) => instance.NetworkInterfaces ?? [];

/** Filters over the instance as it is shown. */
export const instanceFields: Fields<Instance & { ReservationId?: string; OwnerId?: string }> = {
  architecture: (i) => [i.Architecture],
  'availability-zone': (i) => [i.Placement?.AvailabilityZone],
  'client-token': (i) => [i.ClientToken],
  'dns-name': (i) => [i.PublicDnsName],
  'group-id': (i) => (i.SecurityGroups ?? []).map((group) => group.GroupId),
  'group-name': (i) => (i.SecurityGroups ?? []).map((group) => group.GroupName),
  hypervisor: (i) => [i.Hypervisor],
  'iam-instance-profile.arn': (i) => [i.IamInstanceProfile?.Arn],
  'image-id': (i) => [i.ImageId],
  'instance-id': (i) => [i.InstanceId],
  'instance-lifecycle': (i) => [i.InstanceLifecycle],
  'instance-state-code': (i) => [i.State?.Code],
  'instance-state-name': (i) => [i.State?.Name],
  'instance-type': (i) => [i.InstanceType],
  'instance.group-id': (i) => (i.SecurityGroups ?? []).map((group) => group.GroupId),
  'instance.group-name': (i) => (i.SecurityGroups ?? []).map((group) => group.GroupName),
  'ip-address': (i) => [i.PublicIpAddress],
  'key-name': (i) => [i.KeyName],
  'launch-index': (i) => [i.AmiLaunchIndex],
  'launch-time': (i) => [i.LaunchTime?.toISOString()],
  'metadata-options.http-tokens': (i) => [i.MetadataOptions?.HttpTokens],
  'monitoring-state': (i) => [i.Monitoring?.State],
  'network-interface.network-interface-id': (i) => net(i).map((one) => one.NetworkInterfaceId),
  'network-interface.addresses.association.public-ip': (i) => net(i).map((one) => one.Association?.PublicIp),
  'network-interface.addresses.private-ip-address': (i) => net(i).map((one) => one.PrivateIpAddress),
  'owner-id': (i) => [i.OwnerId],
  'private-dns-name': (i) => [i.PrivateDnsName],
  'private-ip-address': (i) => [i.PrivateIpAddress],
  'reservation-id': (i) => [i.ReservationId],
  'root-device-type': (i) => [i.RootDeviceType],
  'spot-instance-request-id': (i) => [i.SpotInstanceRequestId],
  'state-reason-code': (i) => [i.StateReason?.Code],
  'subnet-id': (i) => [i.SubnetId],
  tenancy: (i) => [i.Placement?.Tenancy],
  'virtualization-type': (i) => [i.VirtualizationType],
  'vpc-id': (i) => [i.VpcId],
};
