// The filters of DescribeInstanceTypes and DescribeInstanceTypeOfferings, and what each sees in a type.
import type { InstanceTypeInfo, InstanceTypeOffering } from '@aws-sdk/client-ec2';
import { always, type Fields, nothingBy } from '../model/filters.ts';

const ebs = (type: InstanceTypeInfo) => type.EbsInfo;
const speed = (type: InstanceTypeInfo) => type.EbsInfo?.EbsOptimizedInfo;
const net = (type: InstanceTypeInfo) => type.NetworkInfo;

export const typeFields: Fields<InstanceTypeInfo> = {
  'auto-recovery-supported': (type) => type.AutoRecoverySupported,
  'bare-metal': (type) => type.BareMetal,
  'burstable-performance-supported': (type) => type.BurstablePerformanceSupported,
  'current-generation': (type) => type.CurrentGeneration,
  'dedicated-hosts-supported': (type) => type.DedicatedHostsSupported,
  'ebs-info.ebs-optimized-info.baseline-bandwidth-in-mbps': (type) => speed(type)?.BaselineBandwidthInMbps,
  'ebs-info.ebs-optimized-info.baseline-iops': (type) => speed(type)?.BaselineIops,
  'ebs-info.ebs-optimized-info.baseline-throughput-in-mbps': (type) => speed(type)?.BaselineThroughputInMBps,
  'ebs-info.ebs-optimized-info.maximum-bandwidth-in-mbps': (type) => speed(type)?.MaximumBandwidthInMbps,
  'ebs-info.ebs-optimized-info.maximum-iops': (type) => speed(type)?.MaximumIops,
  'ebs-info.ebs-optimized-info.maximum-throughput-in-mbps': (type) => speed(type)?.MaximumThroughputInMBps,
  'ebs-info.ebs-optimized-support': (type) => ebs(type)?.EbsOptimizedSupport,
  'ebs-info.encryption-support': (type) => ebs(type)?.EncryptionSupport,
  'ebs-info.nvme-support': (type) => ebs(type)?.NvmeSupport,
  'free-tier-eligible': (type) => type.FreeTierEligible,
  'hibernation-supported': (type) => type.HibernationSupported,
  hypervisor: (type) => type.Hypervisor,
  'instance-storage-supported': (type) => type.InstanceStorageSupported,
  'instance-type': (type) => type.InstanceType,
  'memory-info.size-in-mib': (type) => type.MemoryInfo?.SizeInMiB,
  'network-info.efa-supported': (type) => net(type)?.EfaSupported,
  'network-info.ena-support': (type) => net(type)?.EnaSupport,
  'network-info.encryption-in-transit-supported': (type) => net(type)?.EncryptionInTransitSupported,
  'network-info.ipv4-addresses-per-interface': (type) => net(type)?.Ipv4AddressesPerInterface,
  'network-info.ipv6-addresses-per-interface': (type) => net(type)?.Ipv6AddressesPerInterface,
  'network-info.ipv6-supported': (type) => net(type)?.Ipv6Supported,
  'network-info.maximum-network-cards': (type) => net(type)?.MaximumNetworkCards,
  'network-info.maximum-network-interfaces': (type) => net(type)?.MaximumNetworkInterfaces,
  'network-info.network-performance': (type) => net(type)?.NetworkPerformance,
  'processor-info.supported-architecture': (type) => type.ProcessorInfo?.SupportedArchitectures,
  'processor-info.sustained-clock-speed-in-ghz': (type) => type.ProcessorInfo?.SustainedClockSpeedInGhz,
  'supported-boot-mode': (type) => type.SupportedBootModes,
  'supported-root-device-type': (type) => type.SupportedRootDeviceTypes,
  'supported-usage-class': (type) => type.SupportedUsageClasses,
  'supported-virtualization-type': (type) => type.SupportedVirtualizationTypes,
  'vcpu-info.default-cores': (type) => type.VCpuInfo?.DefaultCores,
  'vcpu-info.default-threads-per-core': (type) => type.VCpuInfo?.DefaultThreadsPerCore,
  'vcpu-info.default-vcpus': (type) => type.VCpuInfo?.DefaultVCpus,
  'vcpu-info.valid-cores': (type) => type.VCpuInfo?.ValidCores,
  'vcpu-info.valid-threads-per-core': (type) => type.VCpuInfo?.ValidThreadsPerCore,
  ...always(false, 'network-info.flexible-ena-queues-support'),
  ...always('unsupported', 'nitro-enclaves-support', 'nitro-tpm-support', 'reboot-migration-support'),
  ...nothingBy(
    'ebs-info.attachment-limit-type',
    'ebs-info.maximum-ebs-attachments',
    'instance-storage-info.disk.count',
    'instance-storage-info.disk.size-in-gb',
    'instance-storage-info.disk.type',
    'instance-storage-info.encryption-support',
    'instance-storage-info.nvme-support',
    'instance-storage-info.total-size-in-gb',
    'network-info.bandwidth-weightings',
    'network-info.efa-info.maximum-efa-interfaces',
    'nitro-tpm-info.supported-versions',
    'processor-info.supported-features',
  ),
};

export const offeringFields: Fields<InstanceTypeOffering> = {
  'instance-type': (offering) => offering.InstanceType,
  location: (offering) => offering.Location,
};
