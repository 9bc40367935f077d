// The instance types on offer, with their virtual CPUs and memory in MiB (source: AWS's public tables).

import type { Zone } from './state.ts';

export interface InstanceType {
  readonly name: string;
  readonly vcpus: number;
  readonly memory: number;
  readonly architecture: 'x86_64' | 'arm64';
  readonly burstable: boolean;
}

const GIB = 1024;
const BURSTABLE: readonly (readonly [string, number, number])[] = [
  ['nano', 2, 0.5],
  ['micro', 2, 1],
  ['small', 2, 2],
  ['medium', 2, 4],
  ['large', 2, 8],
  ['xlarge', 4, 16],
  ['2xlarge', 8, 32],
];
const FIXED: readonly (readonly [string, number])[] = [
  ['large', 2],
  ['xlarge', 4],
  ['2xlarge', 8],
  ['4xlarge', 16],
];
/** Memory in GiB for each virtual CPU, by family. */
const FAMILIES: readonly (readonly [string, number])[] = [
  ['m5', 4],
  ['c5', 2],
  ['r5', 8],
];

const burstable = (family: string, architecture: InstanceType['architecture']): InstanceType[] =>
  BURSTABLE.map(([size, vcpus, gib]) => ({
    name: `${family}.${size}`,
    vcpus,
    memory: gib * GIB,
    architecture,
    burstable: true,
  }));

const fixed = ([family, gib]: readonly [string, number]): InstanceType[] =>
  FIXED.map(([size, vcpus]) => ({
    name: `${family}.${size}`,
    vcpus,
    memory: vcpus * gib * GIB,
    architecture: 'x86_64',
    burstable: false,
  }));

export const INSTANCE_TYPES: readonly InstanceType[] = [
  ...burstable('t3', 'x86_64'),
  ...burstable('t3a', 'x86_64'),
  ...burstable('t4g', 'arm64'),
  ...FAMILIES.flatMap(fixed),
  { name: 't2.micro', vcpus: 1, memory: GIB, architecture: 'x86_64', burstable: true },
  { name: 'm1.small', vcpus: 1, memory: 1740, architecture: 'x86_64', burstable: false },
];

/** Old types, which newer zones do not have. */
const OLD: readonly string[] = ['t2.micro', 'm1.small'];

/** Whether a zone has a type: the last one has no old ones. */
export const isOffered = (type: string, zone: Zone): boolean => zone !== 'c' || !OLD.includes(type);

export const instanceType = (name: string): InstanceType | undefined =>
  INSTANCE_TYPES.find((type) => type.name === name);
