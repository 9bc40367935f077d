// DescribeInstanceTypes: virtual CPUs, memory and architecture of each.
import {
  DescribeInstanceTypes$,
  type DescribeInstanceTypesRequest,
  type DescribeInstanceTypesResult,
  type InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { typeFields } from '../filters/instance-types.ts';
import { filtered } from '../model/filters.ts';
import { INSTANCE_TYPES, type InstanceType, instanceType } from '../model/instance-types.ts';
import { page } from '../model/pages.ts';
import { typeView } from '../views/instance-type.ts';
import { action } from './action.ts';

function named(names: readonly string[]): readonly InstanceType[] {
  if (names.length === 0) return INSTANCE_TYPES;
  const absent = names.filter((name) => instanceType(name) === undefined);
  if (absent.length > 0)
    throw new ApiError(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${absent.join(', ')}]`,
    );
  return names.flatMap((name) => instanceType(name) ?? []);
}

function run(input: DescribeInstanceTypesRequest): DescribeInstanceTypesResult {
  const key = (type: InstanceTypeInfo): string => type.InstanceType ?? '';
  const views = filtered(named(input.InstanceTypes ?? []).map(typeView), input.Filters, typeFields);
  const { items, next } = page(
    views.sort((a, b) => (key(a) < key(b) ? -1 : 1)),
    input,
    key,
  );
  return { InstanceTypes: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeInstanceTypes = action(DescribeInstanceTypes$, run, typeFields);
