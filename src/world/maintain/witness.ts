// The second witness of a silence: EC2's own checks, asked only where a node is silent, since EC2 counts our calls.
import type { InstanceId } from '../../pool/instance.ts';
import type { Vitals } from '../../pool/vitals.ts';
import type { World } from '../world.ts';

/** Missed so often in a row, a node is asked after. */
const MISSES = 2;
/** An answer of EC2's is good for this long, in ms; its checks themselves come once a minute. */
const AGE = 10_000;

const NOBODY: ReadonlySet<InstanceId> = new Set();

export class Witness {
  readonly #world: World;
  #told: ReadonlySet<InstanceId> = NOBODY;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(world: World) {
    this.#world = world;
  }

  /** The silent nodes that EC2 does not reach either. An EC2 that does not answer is no witness. */
  async impaired(vitals: Vitals, now: number): Promise<ReadonlySet<InstanceId>> {
    const silent = [...vitals].flatMap(([id, { misses }]) => (misses >= MISSES ? [id] : []));
    if (silent.length === 0) return NOBODY;
    if (now - this.#askedAt < AGE) return this.#told;
    this.#askedAt = now;
    try {
      const found = await this.#world.cloud.status(silent);
      this.#told = new Set([...found].flatMap(([id, { health }]) => (health === 'impaired' ? [id] : [])));
    } catch {
      this.#told = NOBODY;
    }
    return this.#told;
  }
}
