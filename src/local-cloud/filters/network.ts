// The filters of DescribeVpcs, DescribeSubnets, DescribeAddresses, DescribeVpcClassicLink, zones and regions.
import type { Address, AvailabilityZone, Region, Subnet, Vpc, VpcClassicLink } from '@aws-sdk/client-ec2';
import { always, type Fields, nothingBy, tagFields } from '../model/filters.ts';

const isDefault = (vpc: Vpc) => vpc.IsDefault;

export const vpcFields: Fields<Vpc> = {
  ...tagFields,
  cidr: (vpc) => vpc.CidrBlock,
  'cidr-block-association.association-id': (vpc) =>
    (vpc.CidrBlockAssociationSet ?? []).map((one) => one.AssociationId),
  'cidr-block-association.cidr-block': (vpc) =>
    (vpc.CidrBlockAssociationSet ?? []).map((one) => one.CidrBlock),
  'cidr-block-association.state': (vpc) =>
    (vpc.CidrBlockAssociationSet ?? []).map((one) => one.CidrBlockState?.State),
  'dhcp-options-id': (vpc) => vpc.DhcpOptionsId,
  'is-default': isDefault,
  isDefault,
  'owner-id': (vpc) => vpc.OwnerId,
  state: (vpc) => vpc.State,
  'vpc-id': (vpc) => vpc.VpcId,
  ...nothingBy(
    'ipv6-cidr-block-association.association-id',
    'ipv6-cidr-block-association.ipv6-cidr-block',
    'ipv6-cidr-block-association.ipv6-pool',
    'ipv6-cidr-block-association.state',
  ),
};

/** Nothing is linked here: the filters are taken, and there is nothing to see. */
export const classicLinkFields: Fields<VpcClassicLink> = {
  ...tagFields,
  'is-classic-link-enabled': (link) => link.ClassicLinkEnabled,
};

const zone = (subnet: Subnet) => subnet.AvailabilityZone;
const zoneId = (subnet: Subnet) => subnet.AvailabilityZoneId;
const forZone = (subnet: Subnet) => subnet.DefaultForAz;
const cidr = (subnet: Subnet) => subnet.CidrBlock;

export const subnetFields: Fields<Subnet> = {
  ...tagFields,
  'availability-zone': zone,
  availabilityZone: zone,
  'availability-zone-id': zoneId,
  availabilityZoneId: zoneId,
  'available-ip-address-count': (subnet) => subnet.AvailableIpAddressCount,
  cidr,
  'cidr-block': cidr,
  cidrBlock: cidr,
  'default-for-az': forZone,
  defaultForAz: forZone,
  'map-public-ip-on-launch': (subnet) => subnet.MapPublicIpOnLaunch,
  'owner-id': (subnet) => subnet.OwnerId,
  state: (subnet) => subnet.State,
  'subnet-arn': (subnet) => subnet.SubnetArn,
  'subnet-id': (subnet) => subnet.SubnetId,
  'vpc-id': (subnet) => subnet.VpcId,
  ...always(
    false,
    'enable-dns64',
    'ipv6-native',
    'map-customer-owned-ip-on-launch',
    'private-dns-name-options-on-launch.enable-resource-name-dns-a-record',
    'private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record',
  ),
  ...always('ip-name', 'private-dns-name-options-on-launch.hostname-type'),
  ...nothingBy(
    'customer-owned-ipv4-pool',
    'enable-lni-at-device-index',
    'ipv6-cidr-block-association.association-id',
    'ipv6-cidr-block-association.ipv6-cidr-block',
    'ipv6-cidr-block-association.state',
    'outpost-arn',
  ),
};

export const addressFields: Fields<Address> = {
  ...tagFields,
  'allocation-id': (address) => address.AllocationId,
  'association-id': (address) => address.AssociationId,
  domain: (address) => address.Domain,
  'instance-id': (address) => address.InstanceId,
  'network-border-group': (address) => address.NetworkBorderGroup,
  'network-interface-id': (address) => address.NetworkInterfaceId,
  'network-interface-owner-id': (address) => address.NetworkInterfaceOwnerId,
  'private-ip-address': (address) => address.PrivateIpAddress,
  'public-ip': (address) => address.PublicIp,
};

export const zoneFields: Fields<AvailabilityZone> = {
  'group-long-name': (one) => one.GroupLongName,
  // EC2's documentation had the region's name for it, and has the zone group's now.
  'group-name': (one) => [one.GroupName, one.RegionName],
  'opt-in-status': (one) => one.OptInStatus,
  'region-name': (one) => one.RegionName,
  state: (one) => one.State,
  'zone-id': (one) => one.ZoneId,
  'zone-name': (one) => one.ZoneName,
  'zone-type': (one) => one.ZoneType,
  ...nothingBy('message', 'parent-zone-id', 'parent-zone-name', 'parent-zoneID', 'parent-zoneName'),
};

export const regionFields: Fields<Region> = {
  endpoint: (region) => region.Endpoint,
  'opt-in-status': (region) => region.OptInStatus,
  'region-name': (region) => region.RegionName,
};
