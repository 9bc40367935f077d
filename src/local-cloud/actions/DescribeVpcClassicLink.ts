// DescribeVpcClassicLink: nothing here is linked to EC2-Classic, which is gone; Ansible asks all the same.
import {
  DescribeVpcClassicLink$,
  type DescribeVpcClassicLinkRequest,
  type DescribeVpcClassicLinkResult,
} from '@aws-sdk/client-ec2';
import { classicLinkFields } from '../filters/network.ts';
import { filtered } from '../model/filters.ts';
import { findVpc } from '../model/find.ts';
import { action } from './action.ts';

function run(input: DescribeVpcClassicLinkRequest): DescribeVpcClassicLinkResult {
  for (const id of input.VpcIds ?? []) findVpc(id);
  return { Vpcs: filtered([], input.Filters, classicLinkFields) };
}

export const DescribeVpcClassicLink = action(DescribeVpcClassicLink$, run, classicLinkFields);
