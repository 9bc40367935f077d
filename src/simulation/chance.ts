// Seeded chance: the same seed gives the same numbers on every machine.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

interface Chance {
  /** From 0 up to, and without, 1. */
  uniform(): number;
  /** Of mean 0 and deviation 1. */
  normal(): number;
}

export function chance(seed: number): Chance {
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(generator);
  return {
    uniform,
    // Box and Muller, 1958; 1 - u, since u may be 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** Half of all instances serve after this long: boot to sshd, installation and configuration; ms. */
const MEDIAN_BOOT = 45_000;
/** One in twenty takes longer than 45 s × e^(1.64 × 0.3), 74 s. */
const BOOT_SPREAD = 0.3;

/**
 * How long each launch takes until the node is in rotation, in ms, first to last. Lognormal: a boot has a shortest
 * time and a long tail. An assumption, not a measurement of EC2; see docs/decisions/0012.
 */
export function bootTimes(seed: number): () => number {
  const { normal } = chance(seed);
  return () => Math.round(MEDIAN_BOOT * Math.exp(BOOT_SPREAD * normal()));
}
