// Seeded chance: the same seed and number give the same draw on every machine, however long ago the last one was.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Knuth's multiplier for 32 bits: neighbours are spread apart. */
const SPREAD = 0x9e3779b1;
/** The first numbers of neighbouring seeds are alike. */
const WARM_UP = 8;

/** The `n`th number of a seed, from 0 up to, and without, 1. */
export function draw(seed: number, n: number): number {
  const generator = xoroshiro128plus(Math.imul(seed, SPREAD) ^ Math.imul(n + 1, ~SPREAD));
  for (let index = 0; index < WARM_UP; index++) generator.next();
  return uniformFloat64(generator);
}
