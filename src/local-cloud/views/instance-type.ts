// An instance type as DescribeInstanceTypes shows it.
import type { _InstanceType, InstanceTypeInfo, NetworkInfo } from '@aws-sdk/client-ec2';
import type { InstanceType } from '../model/instance-types.ts';

/** What runs on Amazon's own hypervisor; the older families run on Xen. */
const isNitro = ({ name }: InstanceType): boolean => !/^(t2|m1)\./.test(name);

/** Network interfaces, and addresses on each: from AWS's table, whose numbers go by size. */
function cards({ name, vcpus }: InstanceType): readonly [interfaces: number, addresses: number] {
  if (/\.(nano|micro)$/.test(name)) return [2, 2];
  if (name === 'm1.small') return [2, 4];
  if (/\.small$/.test(name)) return [3, 4];
  if (/\.medium$/.test(name)) return [3, 6];
  if (vcpus <= 2) return [3, name.startsWith('t') ? 12 : 10];
  return vcpus <= 8 ? [4, 15] : [8, 30];
}

function network(type: InstanceType): NetworkInfo {
  const [interfaces, addresses] = cards(type);
  const speed = isNitro(type) ? 'Up to 5 Gigabit' : 'Low to Moderate';
  return {
    DefaultNetworkCardIndex: 0,
    EfaSupported: false,
    EnaSupport: isNitro(type) ? 'required' : 'unsupported',
    EncryptionInTransitSupported: false,
    Ipv4AddressesPerInterface: addresses,
    Ipv6AddressesPerInterface: 0,
    Ipv6Supported: false,
    MaximumNetworkCards: 1,
    MaximumNetworkInterfaces: interfaces,
    NetworkCards: [{ MaximumNetworkInterfaces: interfaces, NetworkCardIndex: 0, NetworkPerformance: speed }],
    NetworkPerformance: speed,
  };
}

export function typeView(type: InstanceType): InstanceTypeInfo {
  const threads = type.vcpus > 1 && type.architecture === 'x86_64' ? 2 : 1;
  const cores = Math.ceil(type.vcpus / threads);
  return {
    InstanceType: type.name as _InstanceType,
    AutoRecoverySupported: true,
    CurrentGeneration: !type.name.startsWith('m1.'),
    FreeTierEligible: type.name.endsWith('.micro'),
    SupportedBootModes: isNitro(type) ? ['legacy-bios', 'uefi'] : ['legacy-bios'],
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: false,
    DedicatedHostsSupported: false,
    EbsInfo: {
      EbsOptimizedSupport: isNitro(type) ? 'default' : 'unsupported',
      EncryptionSupport: 'supported',
      NvmeSupport: isNitro(type) ? 'required' : 'unsupported',
    },
    HibernationSupported: false,
    Hypervisor: isNitro(type) ? 'nitro' : 'xen',
    NetworkInfo: network(type),
    ProcessorInfo: { SupportedArchitectures: [type.architecture] },
    VCpuInfo: {
      DefaultVCpus: type.vcpus,
      DefaultCores: cores,
      DefaultThreadsPerCore: threads,
      ValidCores: [cores],
      ValidThreadsPerCore: threads === 1 ? [1] : [1, 2],
    },
    MemoryInfo: { SizeInMiB: type.memory },
    InstanceStorageSupported: false,
    BurstablePerformanceSupported: type.burstable,
  };
}
