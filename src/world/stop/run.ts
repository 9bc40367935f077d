// Carries out the plan of `pool stop` until nothing of the pool is left, but for what EC2 refuses to remove.

import type { Step } from '../../plans/plan.ts';
import { going, isStopped, type StopSeen, stop } from '../../plans/stop.ts';
import { PoolError } from '../../pool/failure.ts';
import type { InstanceId, Node } from '../../pool/instance.ts';
import { type Address, type Pool, STOPPING_TAG } from '../../pool/pool.ts';
import type { Settings } from '../../pool/settings.ts';
import { converge } from '../converge.ts';
import { idsIn } from '../ec2/errors.ts';
import { Stale } from '../stale.ts';
import type { World } from '../world.ts';
import { removeGroup } from './group.ts';
import { Keeping } from './keeping.ts';
import { type LeftNews, tellOfLeft } from './left.ts';

/** Instances that take longer to end than this are named; EC2 itself gives no limit. In ms. */
const LIMIT = 10 * 60_000;

/** Whatever a start that was killed a moment ago has made is told of within this time, in ms. */
const TOLD_WITHIN = 4_000;

/** A start that came to its end leaves no less. */
const isWhole = ({ nodes, address }: Pool, { public_ip }: Settings): boolean =>
  nodes.some(({ state }) => state === 'running') &&
  nodes.every(({ state }) => state !== 'pending') &&
  (public_ip === 'none' || address?.holder !== undefined);

/** How long the master is given to end what it does, in ms. */
const STAND_DOWN_LIMIT = 3_000;
const STAND_DOWN =
  'systemctl stop poolparty-watch.timer poolparty-maintain.service heartbeat 2>/dev/null || :';

export interface StopNews extends LeftNews {
  terminating(nodes: readonly Node[]): void;
  removed(what: string): void;
}

/** A look that lags shows what is gone already, or is held in another way by now. */
const STALE = ['InvalidAllocationID.NotFound', 'InvalidIPAddress.InUse'];

const NOTHING_KEPT: ReadonlySet<string> = new Set();

/** One look, for the loop and for --dry-run. */
export async function lookToStop(world: World, emptyLooks: number, kept = NOTHING_KEPT): Promise<StopSeen> {
  const { name } = world.settings;
  const pool = await world.cloud.look(name);
  const isEmpty = going({ pool, kept }).length === 0;
  // The group is asked for only when it is its turn: while instances live it cannot be deleted.
  const groupId = isEmpty ? await world.cloud.findGroup(name) : undefined;
  return { pool, groupId, emptyLooks: isEmpty ? emptyLooks + 1 : 0, kept };
}

const nameOf = ({ name, id }: Node): string => `${name} (${id})`;

class StopRun {
  readonly #world: World;
  readonly #news: StopNews;
  readonly #began: number;
  readonly keeping = new Keeping();
  #emptyLooks = 0;
  /** Did the first look show all that a pool has? Then nothing is told late. */
  #wasWhole: boolean | undefined;
  #stoodDown = false;
  readonly #seen = new Set<InstanceId>();
  readonly #stale: Stale;

  constructor(world: World, news: StopNews) {
    this.#world = world;
    this.#news = news;
    this.#began = world.clock.monotonic();
    this.#stale = new Stale(world, STALE);
  }

  async look(): Promise<StopSeen> {
    const looked = await lookToStop(this.#world, this.#emptyLooks, this.keeping.ids);
    for (const { id } of looked.pool.nodes) this.#seen.add(id);
    this.#wasWhole ??= isWhole(looked.pool, this.#world.settings);
    const isSettled = this.#wasWhole || this.#elapsed() > TOLD_WITHIN;
    const seen = isSettled ? looked : { ...looked, emptyLooks: Math.min(looked.emptyLooks, 1) };
    this.#emptyLooks = seen.emptyLooks;
    if (this.#elapsed() > LIMIT)
      for (const node of going(seen))
        this.keeping.keep(node.id, nameOf(node), `still ${node.state} after ${LIMIT / 60_000} minutes`);
    return { ...seen, kept: this.keeping.ids };
  }

  ended({ pool }: StopSeen): ReadonlySet<InstanceId> {
    const there = new Set(pool.nodes.map(({ id }) => id));
    return new Set([...this.#seen].filter((id) => !there.has(id)));
  }

  /** What still stands keeps the group, too: nobody has tried to remove that. */
  end({ pool, groupId }: StopSeen): void {
    const [first] = pool.nodes;
    if (groupId !== undefined && first !== undefined && this.keeping.ids.size > 0)
      this.keeping.keep(groupId, `security group ${groupId}`, `${nameOf(first)} is in it`);
    this.keeping.complain();
  }

  #elapsed(): number {
    return this.#world.clock.monotonic() - this.#began;
  }

  async apply(step: Step, { pool, groupId }: StopSeen): Promise<void> {
    const { cloud } = this.#world;
    const { address } = pool;
    if (step.do === 'terminate') {
      await this.#standDown(pool);
      await this.#terminate(step.nodes);
    }
    if (step.do === 'delete-group' && groupId !== undefined) {
      if (await removeGroup(this.#world, groupId, this.keeping)) this.#news.removed('security group');
    }
    if (step.do === 'release-spare') await this.#release(step.address);
    if (address === undefined) return;
    const ids = [address.allocationId];
    if (step.do === 'forbid') await this.#stale.unless(() => cloud.tag(ids, { [STOPPING_TAG]: 'yes' }));
    if (step.do === 'permit') await this.#stale.unless(() => cloud.untag(ids, [STOPPING_TAG]));
    if (step.do === 'release-address') await this.#release(address);
  }

  async #release(address: Address): Promise<void> {
    const { cloud } = this.#world;
    const what = `address ${address.ip}`;
    await this.keeping.unlessRefused(address.allocationId, what, async () => {
      if (address.associationId) await cloud.disassociate(address.associationId);
      await this.#stale.unless(async () => {
        await cloud.release(address);
        this.#news.removed(what);
      });
    });
  }

  /** One that is protected keeps all that are asked for with it: those that EC2 names are left out. */
  async #terminate(nodes: readonly Node[]): Promise<void> {
    const isNamed = ({ id }: Node, why: string) => idsIn(why).includes(id);
    let rest = nodes;
    while (rest.length > 0) {
      const why = await this.#refusal(rest);
      if (why === undefined) return this.#news.terminating(rest);
      for (const node of rest) if (isNamed(node, why)) this.keeping.keep(node.id, nameOf(node), why);
      rest = rest.filter((node) => !isNamed(node, why));
    }
  }

  /** Why EC2 does not end these; undefined where it does. A refusal that names none of them is thrown. */
  async #refusal(nodes: readonly Node[]): Promise<string | undefined> {
    try {
      await this.#world.cloud.terminate(nodes.map(({ id }) => id));
      return undefined;
    } catch (error) {
      const why = error instanceof PoolError ? error.message : '';
      if (!why.includes('OperationNotPermitted') || !nodes.some(({ id }) => why.includes(id))) throw error;
      return why;
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
}

/**
 * Terminates this pool's instances and nothing else, waits until they are gone, removes address and group, and tells of
 * volumes that stay. Throws at the end, naming each and why, where EC2 refused to remove something.
 */
export async function runStop(world: World, news: StopNews): Promise<void> {
  const run = new StopRun(world, news);
  let last: StopSeen | undefined;
  await converge<StopSeen>(world.clock, world.signal, {
    look: async () => {
      last = await run.look();
      return last;
    },
    // Terminating is asked for again at each look until EC2 shows that it has begun.
    decide: stop,
    done: isStopped,
    apply: (step, seen) => run.apply(step, seen),
    show: () => undefined,
  });
  if (!last || world.signal.aborted) return;
  await tellOfLeft(world, run.ended(last), news);
  run.end(last);
}
