// DescribeRegions: the region that the caller asks from, which is all there is to see from there.
import {
  DescribeRegions$,
  type DescribeRegionsRequest,
  type DescribeRegionsResult,
  type Region,
} from '@aws-sdk/client-ec2';
import { type Fields, filtered } from '../model/filters.ts';
import { action, type Call } from './action.ts';

const fields: Fields<Region & { Tags?: [] }> = {
  endpoint: (region) => [region.Endpoint],
  'opt-in-status': (region) => [region.OptInStatus],
  'region-name': (region) => [region.RegionName],
};

function run(input: DescribeRegionsRequest, { region }: Call): DescribeRegionsResult {
  const names = input.RegionNames?.length ? input.RegionNames : [region];
  const all = names.map((name) => ({
    RegionName: name,
    Endpoint: `ec2.${name}.amazonaws.com`,
    OptInStatus: 'opt-in-not-required',
  }));
  return { Regions: filtered(all, input.Filters, fields) };
}

export const DescribeRegions = action(DescribeRegions$, run);
