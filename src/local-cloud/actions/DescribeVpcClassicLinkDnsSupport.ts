// DescribeVpcClassicLinkDnsSupport: nothing here is linked to EC2-Classic, which is gone; Ansible asks all the same.
import {
  DescribeVpcClassicLinkDnsSupport$,
  type DescribeVpcClassicLinkDnsSupportRequest,
  type DescribeVpcClassicLinkDnsSupportResult,
} from '@aws-sdk/client-ec2';
import { findVpc } from '../model/find.ts';
import { page } from '../model/pages.ts';
import { action } from './action.ts';

function run(input: DescribeVpcClassicLinkDnsSupportRequest): DescribeVpcClassicLinkDnsSupportResult {
  for (const id of input.VpcIds ?? []) findVpc(id);
  return { Vpcs: page([], input, String).items };
}

export const DescribeVpcClassicLinkDnsSupport = action(DescribeVpcClassicLinkDnsSupport$, run);
