// What a region offers to launch into: subnets, and instance types with their architectures and zones.
import {
  type Subnet as Ec2Subnet,
  type InstanceTypeInfo,
  type InstanceTypeOffering,
  paginateDescribeInstanceTypeOfferings,
  paginateDescribeInstanceTypes,
  paginateDescribeSubnets,
} from '@aws-sdk/client-ec2';
import type { Subnet, TypeOffer } from '../../pool/offers.ts';
import type { Ec2 } from './client.ts';

/** The subnets named, or all default ones where none is; in the order of their zones. */
export async function subnets(ec2: Ec2, ids: readonly string[]): Promise<readonly Subnet[]> {
  const query =
    ids.length > 0
      ? { SubnetIds: [...ids] }
      : { Filters: [{ Name: 'default-for-az', Values: ['true'] }], MaxResults: 1_000 };
  const found = await ec2.call('DescribeSubnets', async () => {
    const all: Ec2Subnet[] = [];
    for await (const page of paginateDescribeSubnets({ client: ec2.client }, query))
      all.push(...(page.Subnets ?? []));
    return all;
  });
  return found
    .map((subnet) => ({
      id: subnet.SubnetId ?? '',
      zone: subnet.AvailabilityZone ?? '',
      vpcId: subnet.VpcId ?? '',
      free: subnet.AvailableIpAddressCount ?? 0,
    }))
    .sort((a, b) => (a.zone < b.zone ? -1 : a.zone > b.zone ? 1 : 0));
}

/** By a filter, since a type that the region does not have would be an error by name. */
const byName = (names: readonly string[]) => [{ Name: 'instance-type', Values: [...names] }];

async function infos(ec2: Ec2, names: readonly string[]): Promise<readonly InstanceTypeInfo[]> {
  const all: InstanceTypeInfo[] = [];
  const pages = paginateDescribeInstanceTypes({ client: ec2.client }, { Filters: byName(names) });
  for await (const page of pages) all.push(...(page.InstanceTypes ?? []));
  return all;
}

async function offerings(ec2: Ec2, names: readonly string[]): Promise<readonly InstanceTypeOffering[]> {
  const all: InstanceTypeOffering[] = [];
  const query = { LocationType: 'availability-zone' as const, Filters: byName(names) };
  for await (const page of paginateDescribeInstanceTypeOfferings({ client: ec2.client }, query))
    all.push(...(page.InstanceTypeOfferings ?? []));
  return all;
}

/** Of these, the types that the region has. */
export async function types(ec2: Ec2, names: readonly string[]): Promise<readonly TypeOffer[]> {
  const [known, offered] = await Promise.all([
    ec2.call('DescribeInstanceTypes', () => infos(ec2, names)),
    ec2.call('DescribeInstanceTypeOfferings', () => offerings(ec2, names)),
  ]);
  return known.map(({ InstanceType, ProcessorInfo }) => ({
    type: InstanceType ?? '',
    architectures: ProcessorInfo?.SupportedArchitectures ?? [],
    zones: offered.filter((one) => one.InstanceType === InstanceType).map(({ Location }) => Location ?? ''),
  }));
}
