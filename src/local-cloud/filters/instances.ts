// The filters of DescribeInstances, and what each sees in an instance.
import type { Instance, InstanceNetworkInterface } from '@aws-sdk/client-ec2';
import { always, type Fields, nothingBy, tagFields } from '../model/filters.ts';
import type { Address } from '../model/state.ts';
import { zoneIdNamed } from '../model/zones.ts';

/** An instance as it is shown, with what stands beside it in an answer. */
export interface Shown extends Instance {
  readonly ReservationId: string;
  readonly OwnerId: string;
  /** Its Elastic IP, where it has one. */
  readonly elastic: Address | undefined;
}

const cards = (instance: Instance): InstanceNetworkInterface[] => instance.NetworkInterfaces ?? [];
const card =
  (look: (one: InstanceNetworkInterface) => unknown) =>
  (instance: Instance): unknown[] =>
    cards(instance).map(look);
const disk =
  (look: (one: NonNullable<Instance['BlockDeviceMappings']>[number]) => unknown) =>
  (instance: Instance): unknown[] =>
    (instance.BlockDeviceMappings ?? []).map(look);
const groupIds = (i: Instance) => (i.SecurityGroups ?? []).map((group) => group.GroupId);
const groupNames = (i: Instance) => (i.SecurityGroups ?? []).map((group) => group.GroupName);
const ifCard =
  (look: (one: Shown) => unknown) =>
  (instance: Shown): unknown =>
    cards(instance).length === 0 ? undefined : look(instance);

const machine: Fields<Shown> = {
  architecture: (i) => i.Architecture,
  'availability-zone': (i) => i.Placement?.AvailabilityZone,
  'availability-zone-id': (i) => zoneIdNamed(i.Placement?.AvailabilityZone),
  'client-token': (i) => i.ClientToken,
  'ebs-optimized': (i) => i.EbsOptimized,
  'ena-support': (i) => i.EnaSupport,
  hypervisor: (i) => i.Hypervisor,
  'iam-instance-profile.arn': (i) => i.IamInstanceProfile?.Arn,
  'iam-instance-profile.id': (i) => i.IamInstanceProfile?.Id,
  'image-id': (i) => i.ImageId,
  'instance-id': (i) => i.InstanceId,
  'instance-lifecycle': (i) => i.InstanceLifecycle,
  'instance-state-code': (i) => i.State?.Code,
  'instance-state-name': (i) => i.State?.Name,
  'instance-type': (i) => i.InstanceType,
  'key-name': (i) => i.KeyName,
  'launch-index': (i) => i.AmiLaunchIndex,
  'launch-time': (i) => i.LaunchTime,
  'metadata-options.http-endpoint': (i) => i.MetadataOptions?.HttpEndpoint,
  'metadata-options.http-protocol-ipv6': (i) => i.MetadataOptions?.HttpProtocolIpv6,
  'metadata-options.http-put-response-hop-limit': (i) => i.MetadataOptions?.HttpPutResponseHopLimit,
  'metadata-options.http-tokens': (i) => i.MetadataOptions?.HttpTokens,
  'metadata-options.instance-metadata-tags': (i) => i.MetadataOptions?.InstanceMetadataTags,
  'metadata-options.state': (i) => i.MetadataOptions?.State,
  'monitoring-state': (i) => i.Monitoring?.State,
  'owner-id': (i) => i.OwnerId,
  reason: (i) => i.StateTransitionReason,
  'reservation-id': (i) => i.ReservationId,
  'root-device-name': (i) => i.RootDeviceName,
  'root-device-type': (i) => i.RootDeviceType,
  'spot-instance-request-id': (i) => i.SpotInstanceRequestId,
  'state-reason-code': (i) => i.StateReason?.Code,
  'state-reason-message': (i) => i.StateReason?.Message,
  tenancy: (i) => i.Placement?.Tenancy,
  'virtualization-type': (i) => i.VirtualizationType,
};

const disks: Fields<Shown> = {
  'block-device-mapping.attach-time': disk((one) => one.Ebs?.AttachTime),
  'block-device-mapping.delete-on-termination': disk((one) => one.Ebs?.DeleteOnTermination),
  'block-device-mapping.device-name': disk((one) => one.DeviceName),
  'block-device-mapping.status': disk((one) => one.Ebs?.Status),
  'block-device-mapping.volume-id': disk((one) => one.Ebs?.VolumeId),
};

const network: Fields<Shown> = {
  'dns-name': (i) => i.PublicDnsName,
  'group-id': groupIds,
  'group-name': groupNames,
  'instance.group-id': groupIds,
  'instance.group-name': groupNames,
  'ip-address': (i) => i.PublicIpAddress,
  'network-interface.addresses.association.allocation-id': ifCard((i) => i.elastic?.allocationId),
  'network-interface.addresses.association.association-id': ifCard((i) => i.elastic?.association?.id),
  'network-interface.addresses.association.ip-owner-id': card((one) => one.Association?.IpOwnerId),
  'network-interface.addresses.association.public-dns-name': card((one) => one.Association?.PublicDnsName),
  'network-interface.addresses.association.public-ip': card((one) => one.Association?.PublicIp),
  'network-interface.addresses.primary': ifCard(() => true),
  'network-interface.addresses.private-dns-name': card((one) => one.PrivateDnsName),
  'network-interface.addresses.private-ip-address': card((one) => one.PrivateIpAddress),
  'network-interface.association.allocation-id': ifCard((i) => i.elastic?.allocationId),
  'network-interface.association.association-id': ifCard((i) => i.elastic?.association?.id),
  'network-interface.association.ip-owner-id': card((one) => one.Association?.IpOwnerId),
  'network-interface.association.public-dns-name': card((one) => one.Association?.PublicDnsName),
  'network-interface.association.public-ip': card((one) => one.Association?.PublicIp),
  'network-interface.attachment.attach-time': card((one) => one.Attachment?.AttachTime),
  'network-interface.attachment.attachment-id': card((one) => one.Attachment?.AttachmentId),
  'network-interface.attachment.delete-on-termination': card((one) => one.Attachment?.DeleteOnTermination),
  'network-interface.attachment.device-index': card((one) => one.Attachment?.DeviceIndex),
  'network-interface.attachment.instance-id': ifCard((i) => i.InstanceId),
  'network-interface.attachment.instance-owner-id': ifCard((i) => i.OwnerId),
  'network-interface.attachment.network-card-index': card((one) => one.Attachment?.NetworkCardIndex),
  'network-interface.attachment.status': card((one) => one.Attachment?.Status),
  'network-interface.availability-zone': ifCard((i) => i.Placement?.AvailabilityZone),
  'network-interface.description': card((one) => one.Description),
  'network-interface.group-id': ifCard(groupIds),
  'network-interface.group-name': ifCard(groupNames),
  'network-interface.mac-address': card((one) => one.MacAddress),
  'network-interface.network-interface-id': card((one) => one.NetworkInterfaceId),
  'network-interface.owner-id': card((one) => one.OwnerId),
  'network-interface.private-dns-name': card((one) => one.PrivateDnsName),
  'network-interface.private-ip-address': card((one) => one.PrivateIpAddress),
  'network-interface.public-dns-name': card((one) => one.Association?.PublicDnsName),
  'network-interface.requester-managed': ifCard(() => false),
  'network-interface.source-dest-check': card((one) => one.SourceDestCheck),
  'network-interface.status': card((one) => one.Status),
  'network-interface.subnet-id': card((one) => one.SubnetId),
  'network-interface.vpc-id': card((one) => one.VpcId),
  'private-dns-name': (i) => i.PrivateDnsName,
  'private-ip-address': (i) => i.PrivateIpAddress,
  'source-dest-check': (i) => i.SourceDestCheck,
  'subnet-id': (i) => i.SubnetId,
  'vpc-id': (i) => i.VpcId,
};

export const instanceFields: Fields<Shown> = {
  ...tagFields,
  ...machine,
  ...disks,
  ...network,
  ...always(
    false,
    'enclave-options.enabled',
    'hibernation-options.configured',
    'network-interface.deny-all-igw-traffic',
    'network-interface.ipv6-native',
    'network-interface.operator.managed',
    'operator.managed',
    'private-dns-name-options.enable-resource-name-dns-a-record',
    'private-dns-name-options.enable-resource-name-dns-aaaa-record',
  ),
  ...always(
    'default',
    'maintenance-options.auto-recovery',
    'network-performance-options.bandwidth-weighting',
  ),
  ...always('enabled', 'metadata-options.http-protocol-ipv4'),
  ...always('ip-name', 'private-dns-name-options.hostname-type'),
  ...always('legacy-bios', 'boot-mode', 'current-instance-boot-mode'),
  ...always('Linux/UNIX', 'platform-details'),
  ...always('open', 'capacity-reservation-specification.capacity-reservation-preference'),
  ...always('RunInstances', 'usage-operation'),
  ...nothingBy(
    'affinity',
    'capacity-reservation-id',
    'capacity-reservation-specification.capacity-reservation-target.capacity-reservation-id',
    'capacity-reservation-specification.capacity-reservation-target.capacity-reservation-resource-group-arn',
    'host-id',
    'ipv6-address',
    'kernel-id',
    'network-interface.addresses.association.carrier-ip',
    'network-interface.addresses.association.customer-owned-ip',
    'network-interface.association.carrier-ip',
    'network-interface.association.customer-owned-ip',
    'network-interface.ipv4-prefixes.ipv4-prefix',
    'network-interface.ipv6-address',
    'network-interface.ipv6-addresses.ipv6-address',
    'network-interface.ipv6-addresses.is-primary-ipv6',
    'network-interface.ipv6-prefixes.ipv6-prefix',
    'network-interface.operator.principal',
    'network-interface.outpost-arn',
    'network-interface.requester-id',
    'network-interface.tag-key',
    'network-interface.tag-value',
    'operator.principal',
    'outpost-arn',
    'placement-group-name',
    'placement-partition-number',
    'platform',
    'product-code',
    'product-code.type',
    'ramdisk-id',
    'requester-id',
    'tpm-support',
    'usage-operation-update-time',
  ),
};
