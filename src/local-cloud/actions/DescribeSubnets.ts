// DescribeSubnets: one in each zone of the default network.
import {
  DescribeSubnets$,
  type DescribeSubnetsRequest,
  type DescribeSubnetsResult,
  type Subnet,
} from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { subnetFields } from '../filters/network.ts';
import { inside, privateTaken, sizeOf } from '../model/addresses.ts';
import { filtered } from '../model/filters.ts';
import { ACCOUNT, VPC } from '../model/ids.ts';
import { page } from '../model/pages.ts';
import type { Zone } from '../model/state.ts';
import { subnetId, ZONES, zoneId, zoneName } from '../model/zones.ts';
import { tagsOf } from '../views/tags.ts';
import { action, type Call } from './action.ts';

/** EC2 keeps the first four addresses and the last for itself. */
const RESERVED = 5;

function view(zone: Zone, { cloud, state, region }: Call): Subnet {
  const cidr = cloud.plan.subnets[zone];
  const used = [...privateTaken(state)].filter((ip) => inside(ip, cidr)).length;
  return {
    SubnetId: subnetId(zone),
    VpcId: VPC,
    CidrBlock: cidr,
    AvailabilityZone: zoneName(region, zone),
    AvailabilityZoneId: zoneId(region, zone),
    AvailableIpAddressCount: sizeOf(cidr) - RESERVED - used,
    DefaultForAz: true,
    MapPublicIpOnLaunch: true,
    State: 'available',
    OwnerId: ACCOUNT,
    SubnetArn: `arn:aws:ec2:${region}:${ACCOUNT}:subnet/${subnetId(zone)}`,
    Tags: tagsOf(state, subnetId(zone)),
  };
}

function run(input: DescribeSubnetsRequest, call: Call): DescribeSubnetsResult {
  const all = ZONES.map((zone) => view(zone, call));
  const ids = input.SubnetIds ?? [];
  const absent = ids.find((id) => all.every((subnet) => subnet.SubnetId !== id));
  if (absent !== undefined)
    throw new ApiError('InvalidSubnetID.NotFound', `The subnet ID '${absent}' does not exist`);
  const named = ids.length > 0 ? all.filter((subnet) => ids.includes(subnet.SubnetId ?? '')) : all;
  const key = (subnet: Subnet): string => subnet.SubnetId ?? '';
  const kept = filtered(named, input.Filters, subnetFields).sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const { items, next } = page(kept, input, key);
  return { Subnets: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeSubnets = action(DescribeSubnets$, run, subnetFields);
