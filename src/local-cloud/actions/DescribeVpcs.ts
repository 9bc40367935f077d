// DescribeVpcs: the default network, and no other.
import {
  DescribeVpcs$,
  type DescribeVpcsRequest,
  type DescribeVpcsResult,
  type Vpc,
} from '@aws-sdk/client-ec2';
import { vpcFields } from '../filters/network.ts';
import { filtered } from '../model/filters.ts';
import { findVpc } from '../model/find.ts';
import { ACCOUNT, idOf, VPC } from '../model/ids.ts';
import { page } from '../model/pages.ts';
import { tagsOf } from '../views/tags.ts';
import { action, type Call } from './action.ts';

function run(input: DescribeVpcsRequest, { cloud, state }: Call): DescribeVpcsResult {
  for (const id of input.VpcIds ?? []) findVpc(id);
  const vpc: Vpc = {
    VpcId: VPC,
    CidrBlock: cloud.plan.vpc,
    CidrBlockAssociationSet: [
      {
        AssociationId: idOf('vpc-cidr-assoc', 'default'),
        CidrBlock: cloud.plan.vpc,
        CidrBlockState: { State: 'associated' },
      },
    ],
    IsDefault: true,
    State: 'available',
    OwnerId: ACCOUNT,
    InstanceTenancy: 'default',
    DhcpOptionsId: idOf('dopt', 'default'),
    Tags: tagsOf(state, VPC),
  };
  const { items, next } = page(filtered([vpc], input.Filters, vpcFields), input, () => VPC);
  return { Vpcs: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeVpcs = action(DescribeVpcs$, run, vpcFields);
