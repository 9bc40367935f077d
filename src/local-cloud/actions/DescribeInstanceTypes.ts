// DescribeInstanceTypes: virtual CPUs, memory and architecture of each.
import {
  type _InstanceType,
  DescribeInstanceTypes$,
  type DescribeInstanceTypesRequest,
  type DescribeInstanceTypesResult,
  type InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { type Fields, filtered } from '../model/filters.ts';
import { INSTANCE_TYPES, type InstanceType, instanceType } from '../model/instance-types.ts';
import { page } from '../model/pages.ts';
import { action } from './action.ts';

const fields: Fields<InstanceTypeInfo & { Tags?: [] }> = {
  'instance-type': (type) => [type.InstanceType],
  'current-generation': (type) => [type.CurrentGeneration],
  'burstable-performance-supported': (type) => [type.BurstablePerformanceSupported],
  'free-tier-eligible': (type) => [type.FreeTierEligible],
  'memory-info.size-in-mib': (type) => [type.MemoryInfo?.SizeInMiB],
  'processor-info.supported-architecture': (type) => type.ProcessorInfo?.SupportedArchitectures ?? [],
  'vcpu-info.default-vcpus': (type) => [type.VCpuInfo?.DefaultVCpus],
};

const view = (type: InstanceType): InstanceTypeInfo => ({
  InstanceType: type.name as _InstanceType,
  CurrentGeneration: !/^(t2|m1)\./.test(type.name),
  FreeTierEligible: type.name.endsWith('.micro'),
  SupportedUsageClasses: ['on-demand', 'spot'],
  SupportedRootDeviceTypes: ['ebs'],
  SupportedVirtualizationTypes: ['hvm'],
  BareMetal: false,
  Hypervisor: 'nitro',
  ProcessorInfo: { SupportedArchitectures: [type.architecture] },
  VCpuInfo: { DefaultVCpus: type.vcpus, DefaultCores: Math.ceil(type.vcpus / 2) },
  MemoryInfo: { SizeInMiB: type.memory },
  InstanceStorageSupported: false,
  BurstablePerformanceSupported: type.burstable,
});

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
  const views = filtered(named(input.InstanceTypes ?? []).map(view), input.Filters, fields);
  const { items, next } = page(
    views.sort((a, b) => (key(a) < key(b) ? -1 : 1)),
    input,
    key,
  );
  return { InstanceTypes: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeInstanceTypes = action(DescribeInstanceTypes$, run);
