// DescribeRegions: the region that the caller asks from, which is all there is to see from there.
import {
  DescribeRegions$,
  type DescribeRegionsRequest,
  type DescribeRegionsResult,
} from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { regionFields } from '../filters/network.ts';
import { filtered } from '../model/filters.ts';
import { REGIONS } from '../model/regions.ts';
import { action, type Call } from './action.ts';

function run(input: DescribeRegionsRequest, { region }: Call): DescribeRegionsResult {
  const names = input.RegionNames?.length ? input.RegionNames : [region];
  const strange = names.find((name) => !REGIONS.includes(name));
  if (strange !== undefined) throw new ApiError('InvalidParameterValue', `Invalid region name: '${strange}'`);
  const all = names.map((name) => ({
    RegionName: name,
    Endpoint: `ec2.${name}.amazonaws.com`,
    OptInStatus: 'opt-in-not-required',
  }));
  return { Regions: filtered(all, input.Filters, regionFields) };
}

export const DescribeRegions = action(DescribeRegions$, run, regionFields);
