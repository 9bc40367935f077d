// DescribeInstanceTypeOfferings: which types the region has, and which zone has which.
import {
  type _InstanceType,
  DescribeInstanceTypeOfferings$,
  type DescribeInstanceTypeOfferingsRequest,
  type DescribeInstanceTypeOfferingsResult,
  type InstanceTypeOffering,
} from '@aws-sdk/client-ec2';
import { offeringFields } from '../filters/instance-types.ts';
import { filtered } from '../model/filters.ts';
import { INSTANCE_TYPES, isOffered } from '../model/instance-types.ts';
import { page } from '../model/pages.ts';
import { ZONES, zoneId, zoneName } from '../model/zones.ts';
import { action, type Call } from './action.ts';

function locations(kind: string, type: string, region: string): string[] {
  const zones = ZONES.filter((zone) => isOffered(type, zone));
  if (kind === 'availability-zone') return zones.map((zone) => zoneName(region, zone));
  if (kind === 'availability-zone-id') return zones.map((zone) => zoneId(region, zone));
  return [region];
}

function run(
  input: DescribeInstanceTypeOfferingsRequest,
  { region }: Call,
): DescribeInstanceTypeOfferingsResult {
  const kind = input.LocationType ?? 'region';
  const all = INSTANCE_TYPES.flatMap(({ name }) =>
    locations(kind, name, region).map(
      (place): InstanceTypeOffering => ({
        InstanceType: name as _InstanceType,
        LocationType: kind,
        Location: place,
      }),
    ),
  );
  const key = (one: InstanceTypeOffering): string => `${one.InstanceType} ${one.Location}`;
  const kept = filtered(all, input.Filters, offeringFields).sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const { items, next } = page(kept, input, key);
  return { InstanceTypeOfferings: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeInstanceTypeOfferings = action(DescribeInstanceTypeOfferings$, run, offeringFields);
