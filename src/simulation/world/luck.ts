// Seeded chance for a simulated world: the same seed gives the same numbers on every machine.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Neighbouring seeds far apart (the finalizer of MurmurHash3). */
function scattered(seed: number): number {
  const one = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b);
  const two = Math.imul(one ^ (one >>> 13), 0xc2b2ae35);
  return two ^ (two >>> 16);
}

export class Luck {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(scattered(seed));
    // The first numbers of two generators are alike where their seeds are.
    for (let times = 0; times < 8; times += 1) this.happens(0);
  }

  /** From `least` up to, and without, `most`. */
  between(least: number, most: number): number {
    return least + (most - least) * uniformFloat64(this.#generator);
  }

  /** A whole number from `least` up to and with `most`. */
  whole(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1));
  }

  /** True so often. */
  happens(share: number): boolean {
    return this.between(0, 1) < share;
  }

  /** Half of them are longer than `median`, one in a hundred longer than about ten times that: a boot, an answer. */
  longTailed(median: number): number {
    const normal =
      Math.sqrt(-2 * Math.log(1 - this.between(0, 1))) * Math.cos(2 * Math.PI * this.between(0, 1));
    return Math.min(median * 10, median * Math.exp(0.5 * normal));
  }
}
