// DescribeInstanceTypeOfferings: every type in every zone.
import {
  type _InstanceType,
  DescribeInstanceTypeOfferings$,
  type DescribeInstanceTypeOfferingsRequest,
  type DescribeInstanceTypeOfferingsResult,
  type InstanceTypeOffering,
} from '@aws-sdk/client-ec2';
import { type Fields, filtered } from '../model/filters.ts';
import { INSTANCE_TYPES } from '../model/instance-types.ts';
import { page } from '../model/pages.ts';
import { ZONES, zoneId, zoneName } from '../model/zones.ts';
import { action, type Call } from './action.ts';

const fields: Fields<InstanceTypeOffering & { Tags?: [] }> = {
  'instance-type': (one) => [one.InstanceType],
  location: (one) => [one.Location],
};

function locations(type: string, region: string): string[] {
  if (type === 'availability-zone') return ZONES.map((zone) => zoneName(region, zone));
  if (type === 'availability-zone-id') return ZONES.map((zone) => zoneId(region, zone));
  return [region];
}

function run(
  input: DescribeInstanceTypeOfferingsRequest,
  { region }: Call,
): DescribeInstanceTypeOfferingsResult {
  const kind = input.LocationType ?? 'region';
  const all = INSTANCE_TYPES.flatMap(({ name }) =>
    locations(kind, region).map(
      (place): InstanceTypeOffering => ({
        InstanceType: name as _InstanceType,
        LocationType: kind,
        Location: place,
      }),
    ),
  );
  const key = (one: InstanceTypeOffering): string => `${one.InstanceType} ${one.Location}`;
  const kept = filtered(all, input.Filters, fields).sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const { items, next } = page(kept, input, key);
  return { InstanceTypeOfferings: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeInstanceTypeOfferings = action(DescribeInstanceTypeOfferings$, run);
