// DescribeAddresses: Elastic IPs and what they lead to.
import {
  DescribeAddresses$,
  type DescribeAddressesRequest,
  type DescribeAddressesResult,
} from '@aws-sdk/client-ec2';
import { addressFields } from '../filters/network.ts';
import { filtered } from '../model/filters.ts';
import { findAllocation, findElasticIp } from '../model/find.ts';
import { addressView } from '../views/address.ts';
import { action, type Call } from './action.ts';

function run(input: DescribeAddressesRequest, { state, region }: Call): DescribeAddressesResult {
  const named = [
    ...(input.AllocationIds ?? []).map((id) => findAllocation(state, id)),
    ...(input.PublicIps ?? []).map((ip) => findElasticIp(state, ip)),
  ];
  const chosen = named.length > 0 ? named : Object.values(state.addresses);
  const views = chosen.map((one) => addressView(state, one, region));
  return { Addresses: filtered(views, input.Filters, addressFields) };
}

export const DescribeAddresses = action(DescribeAddresses$, run, addressFields);
