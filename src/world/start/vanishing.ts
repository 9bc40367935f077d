// EC2 forgets an instance for some seconds, now and then: who vanishes from its answers has not ended for that.
import { type Instance, type InstanceId, isAlive } from '../../pool/instance.ts';
import { type Pool, poolOf } from '../../pool/pool.ts';
import type { Cloud } from '../world.ts';

/** Whoever EC2 does not tell of for so long, in ms, and not by its id either, is gone. */
const GONE_AFTER = 60_000;

export class Vanishing {
  /** As they were when they were last seen. */
  #before: readonly Instance[];
  readonly #since = new Map<InstanceId, number>();

  constructor(pool: Pool) {
    this.#before = pool.nodes;
  }

  /** The pool with those that were alive and have vanished, unless EC2 says that they have ended. `now`: monotonic ms. */
  async complete(cloud: Pick<Cloud, 'ends'>, pool: Pool, now: number): Promise<Pool> {
    const there = new Set(pool.nodes.map(({ id }) => id));
    for (const id of there) this.#since.delete(id);
    const vanished = this.#before.filter((one) => isAlive(one) && !there.has(one.id));
    const kept = vanished.length === 0 ? [] : await this.#stillThere(cloud, vanished, now);
    const instances = [...pool.nodes, ...kept];
    this.#before = instances;
    return kept.length === 0 ? pool : poolOf({ ...pool, instances });
  }

  async #stillThere(
    cloud: Pick<Cloud, 'ends'>,
    vanished: readonly Instance[],
    now: number,
  ): Promise<readonly Instance[]> {
    const ended = await cloud.ends(vanished.map(({ id }) => id));
    return vanished.filter(({ id }) => {
      const since = this.#since.get(id) ?? now;
      this.#since.set(id, since);
      return !ended.has(id) && now - since < GONE_AFTER;
    });
  }
}
