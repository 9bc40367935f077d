// DescribeAccountAttributes: the default network and the limits of the account.
import {
  DescribeAccountAttributes$,
  type DescribeAccountAttributesRequest,
  type DescribeAccountAttributesResult,
} from '@aws-sdk/client-ec2';
import { VPC } from '../model/ids.ts';
import { action } from './action.ts';

const ATTRIBUTES: Readonly<Record<string, string>> = {
  'supported-platforms': 'VPC',
  'default-vpc': VPC,
  'max-instances': '100',
  'vpc-max-security-groups-per-interface': '5',
  'max-elastic-ips': '100',
  'vpc-max-elastic-ips': '100',
};

function run(input: DescribeAccountAttributesRequest): DescribeAccountAttributesResult {
  const names: readonly string[] = input.AttributeNames?.length
    ? input.AttributeNames
    : Object.keys(ATTRIBUTES);
  return {
    AccountAttributes: names
      .filter((name) => ATTRIBUTES[name] !== undefined)
      .map((name) => ({ AttributeName: name, AttributeValues: [{ AttributeValue: ATTRIBUTES[name] }] })),
  };
}

export const DescribeAccountAttributes = action(DescribeAccountAttributes$, run);
