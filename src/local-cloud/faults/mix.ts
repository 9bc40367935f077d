// The standard mix: what a day on EC2 may bring, all of it at once, every decision by one seed.
import type { Wanted } from './fault.ts';

/**
 * Faults that a pool has to get over without losing a machine. Those that end or silence machines are not among them:
 * which machine they take is somebody's decision, and each has tests of its own.
 */
const STANDARD: readonly Wanted[] = [
  { kind: 'throttle', probability: 0.05 },
  { kind: 'error', probability: 0.03 },
  { kind: 'cut', probability: 0.03 },
  { kind: 'capacity', probability: 0.15 },
  { kind: 'unknown-ids', delay: 2_000 },
  { kind: 'lag', delay: 2_000, probability: 0.2 },
  { kind: 'slow-boot', delay: 4_000, probability: 0.3 },
  { kind: 'ssh-refused', delay: 3_000, probability: 0.3 },
  { kind: 'slow-address', delay: 2_000, probability: 0.3 },
  { kind: 'no-metadata', probability: 0.03 },
];

/** Seeds of the parts: each draws for itself, so that one part's occasions do not shift another's. */
export const mix = (seed: number): readonly Wanted[] =>
  STANDARD.map((fault, at) => ({ ...fault, seed: seed * 100 + at }));

/** The environment variable by which a cloud starts with the mix. */
export const SEED_VARIABLE = 'POOLPARTY_LOCAL_FAULT_SEED';
