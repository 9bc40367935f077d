// DescribeAvailabilityZones: the three zones, under the names of the asked region.
import {
  type AvailabilityZone,
  DescribeAvailabilityZones$,
  type DescribeAvailabilityZonesRequest,
  type DescribeAvailabilityZonesResult,
} from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { zoneFields } from '../filters/network.ts';
import { filtered } from '../model/filters.ts';
import { ZONES, zoneId, zoneName } from '../model/zones.ts';
import { action, type Call } from './action.ts';

function run(input: DescribeAvailabilityZonesRequest, { region }: Call): DescribeAvailabilityZonesResult {
  const all = ZONES.map(
    (zone): AvailabilityZone => ({
      ZoneName: zoneName(region, zone),
      ZoneId: zoneId(region, zone),
      ZoneType: 'availability-zone',
      RegionName: region,
      GroupName: `${region}-zg-1`,
      NetworkBorderGroup: region,
      State: 'available',
      OptInStatus: 'opt-in-not-required',
      Messages: [],
    }),
  );
  const names = input.ZoneNames ?? [];
  const absent = names.find((name) => all.every((zone) => zone.ZoneName !== name));
  if (absent !== undefined)
    throw new ApiError('InvalidParameterValue', `Invalid availability zone: [${absent}]`);
  const named = names.length > 0 ? all.filter((zone) => names.includes(zone.ZoneName ?? '')) : all;
  return { AvailabilityZones: filtered(named, input.Filters, zoneFields) };
}

export const DescribeAvailabilityZones = action(DescribeAvailabilityZones$, run, zoneFields);
