// Carries out the plan of `pool stop` until nothing of the pool is left.

import type { Step } from '../plans/plan.ts';
import { isStopped, type StopSeen, stop } from '../plans/stop.ts';
import { PoolError } from '../pool/failure.ts';
import type { Node } from '../pool/instance.ts';
import { type Pool, STOPPING_TAG } from '../pool/pool.ts';
import { converge } from './converge.ts';
import type { World } from './world.ts';

/** Instances that take longer to end than this are named; EC2 itself gives no limit. In ms. */
const LIMIT = 10 * 60_000;
/** How long a group may stay in use after its last instance has ended, in ms. */
const GROUP_LIMIT = 2 * 60_000;

/** How long the master is given to end what it does, in ms. */
const STAND_DOWN_LIMIT = 3_000;
const STAND_DOWN =
  'systemctl stop poolparty-watch.timer poolparty-maintain.service heartbeat 2>/dev/null || :';

export interface StopNews {
  terminating(nodes: readonly Node[]): void;
  removed(what: string): void;
}

/** One look, for the loop and for --dry-run. */
export async function lookToStop(world: World, emptyLooks: number): Promise<StopSeen> {
  const { name } = world.settings;
  const pool = await world.cloud.look(name);
  // The group is asked for only when it is its turn: while instances live it cannot be deleted.
  const groupId = pool.nodes.length === 0 ? await world.cloud.findGroup(name) : undefined;
  return { pool, groupId, emptyLooks: pool.nodes.length === 0 ? emptyLooks + 1 : 0 };
}

class StopRun {
  readonly #world: World;
  readonly #news: StopNews;
  readonly #began: number;
  #emptyLooks = 0;
  #stoodDown = false;

  constructor(world: World, news: StopNews) {
    this.#world = world;
    this.#news = news;
    this.#began = world.clock.monotonic();
  }

  async look(): Promise<StopSeen> {
    const seen = await lookToStop(this.#world, this.#emptyLooks);
    this.#emptyLooks = seen.emptyLooks;
    if (seen.pool.nodes.length > 0 && this.#elapsed() > LIMIT) {
      const left = seen.pool.nodes.map((node) => node.id).join(', ');
      throw new PoolError(`still there after ${LIMIT / 60_000} minutes: ${left}; run pool stop again`);
    }
    return seen;
  }

  #elapsed(): number {
    return this.#world.clock.monotonic() - this.#began;
  }

  async apply(step: Step, { pool, groupId }: StopSeen): Promise<void> {
    const { cloud } = this.#world;
    const { address } = pool;
    if (step.do === 'terminate') {
      await this.#standDown(pool);
      await cloud.terminate(step.nodes.map((node) => node.id));
      this.#news.terminating(step.nodes);
    }
    if (step.do === 'delete-group' && groupId !== undefined) await this.#deleteGroup(groupId);
    if (address === undefined) return;
    if (step.do === 'forbid') await cloud.tag([address.allocationId], { [STOPPING_TAG]: 'yes' });
    if (step.do === 'permit') await cloud.untag([address.allocationId], [STOPPING_TAG]);
    if (step.do === 'release-address') {
      if (address.associationId) await cloud.disassociate(address.associationId);
      await cloud.release(address);
      this.#news.removed(`address ${address.ip}`);
    }
  }

  /** Whoever maintains may be in the middle of a launch; the tag on the address keeps it from the next. */
  async #standDown({ nodes: [master] }: Pool): Promise<void> {
    if (this.#stoodDown || master?.state !== 'running') return;
    this.#stoodDown = true;
    const { remote } = this.#world;
    // Where it does not answer, or nobody can log in, its end comes without it.
    const reach = await remote.reach(master, STAND_DOWN_LIMIT).catch(() => undefined);
    if (reach?.answers !== true) return;
    await remote.run(master, STAND_DOWN, { timeout: STAND_DOWN_LIMIT }).catch(() => undefined);
  }

  /** EC2 calls a group used for some seconds after its last instance: tried again until the limit. */
  async #deleteGroup(groupId: string): Promise<void> {
    const { cloud, clock } = this.#world;
    const until = clock.monotonic() + GROUP_LIMIT;
    for (let pause = 250; ; pause = Math.min(pause * 2, 5_000)) {
      try {
        await cloud.deleteGroup(groupId);
        return this.#news.removed('security group');
      } catch (error) {
        const inUse = error instanceof PoolError && error.message.includes('DependencyViolation');
        if (!inUse || clock.monotonic() > until) throw error;
        if (this.#world.signal.aborted) return;
        await clock.sleep(pause, this.#world.signal);
      }
    }
  }
}

/** Terminates this pool's instances and nothing else, waits until they are gone, removes address and group. */
export async function runStop(world: World, news: StopNews): Promise<void> {
  const run = new StopRun(world, news);
  await converge<StopSeen>(world.clock, world.signal, {
    look: () => run.look(),
    // Terminating is asked for again at each look until EC2 shows that it has begun.
    decide: stop,
    done: isStopped,
    apply: (step, seen) => run.apply(step, seen),
    show: () => undefined,
  });
}
