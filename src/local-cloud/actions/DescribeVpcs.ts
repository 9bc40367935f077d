// DescribeVpcs: the default network, and no other.
import {
  DescribeVpcs$,
  type DescribeVpcsRequest,
  type DescribeVpcsResult,
  type Vpc,
} from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { type Fields, filtered } from '../model/filters.ts';
import { ACCOUNT, idOf, VPC } from '../model/ids.ts';
import { tagsOf } from '../views/tags.ts';
import { action, type Call } from './action.ts';

const fields: Fields<Vpc> = {
  cidr: (vpc) => [vpc.CidrBlock],
  'is-default': (vpc) => [vpc.IsDefault],
  isDefault: (vpc) => [vpc.IsDefault],
  'owner-id': (vpc) => [vpc.OwnerId],
  state: (vpc) => [vpc.State],
  'vpc-id': (vpc) => [vpc.VpcId],
};

function run(input: DescribeVpcsRequest, { cloud, state }: Call): DescribeVpcsResult {
  const absent = (input.VpcIds ?? []).find((id) => id !== VPC);
  if (absent !== undefined)
    throw new ApiError('InvalidVpcID.NotFound', `The vpc ID '${absent}' does not exist`);
  const vpc: Vpc = {
    VpcId: VPC,
    CidrBlock: cloud.plan.vpc,
    IsDefault: true,
    State: 'available',
    OwnerId: ACCOUNT,
    InstanceTenancy: 'default',
    DhcpOptionsId: idOf('dopt', 'default'),
    Tags: tagsOf(state, VPC),
  };
  return { Vpcs: filtered([vpc], input.Filters, fields) };
}

export const DescribeVpcs = action(DescribeVpcs$, run);
