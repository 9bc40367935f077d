// DescribeAccountAttributes: the default network and the limits of the account.
import {
  DescribeAccountAttributes$,
  type DescribeAccountAttributesRequest,
  type DescribeAccountAttributesResult,
} from '@aws-sdk/client-ec2';
import { VPC } from '../model/ids.ts';
import { own } from '../own.ts';
import type { Settings } from '../settings.ts';
import { action, type Call } from './action.ts';

const attributes = (settings: Settings): Readonly<Record<string, string>> => ({
  'supported-platforms': 'VPC',
  'default-vpc': VPC,
  'max-instances': '100',
  'vpc-max-security-groups-per-interface': '5',
  'max-elastic-ips': String(settings.addressLimit),
  'vpc-max-elastic-ips': String(settings.addressLimit),
});

function run(input: DescribeAccountAttributesRequest, { cloud }: Call): DescribeAccountAttributesResult {
  const known = attributes(cloud.settings);
  const names: readonly string[] = input.AttributeNames?.length ? input.AttributeNames : Object.keys(known);
  return {
    AccountAttributes: names
      .filter((name) => own(known, name) !== undefined)
      .map((name) => ({ AttributeName: name, AttributeValues: [{ AttributeValue: known[name] }] })),
  };
}

export const DescribeAccountAttributes = action(DescribeAccountAttributes$, run);
