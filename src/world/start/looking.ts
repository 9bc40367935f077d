// The looks of a start: what EC2 shows, who has been waited for too long, and whether the pool serves.
import { samePool, sameSeen } from '../../plans/same-seen.ts';
import type { Seen } from '../../plans/seen.ts';
import { isUp } from '../../plans/start.ts';
import { PoolError } from '../../pool/failure.ts';
import type { InstanceId, Node } from '../../pool/instance.ts';
import type { Pool } from '../../pool/pool.ts';
import { noteComplete, settleSecret } from '../nodes/known.ts';
import { ALL_TRIES, type Memory } from '../nodes/memory.ts';
import type { StartNews } from '../nodes/news.ts';
import { SSH_LIMIT } from '../nodes/wait.ts';
import { type Prepared, zonesOf } from '../preflight.ts';
import type { World } from '../world.ts';
import { Addressing } from './addressing.ts';
import { asksThroughAddress } from './serving.ts';
import { Vanishing } from './vanishing.ts';

/** EC2 tells of a new instance within this time, as a rule, in ms; after it we ask for the instance by its id. */
const SIGHT_LIMIT = 2_000;

/** A look at EC2 is good for this long, in ms, unless we change something ourselves. */
const LOOK_AGE = 500;

/** How long the address may go without a good answer once every node has come to its end, in ms. */
const SERVING_LIMIT = 30_000;

export class Looks {
  readonly #world: World;
  readonly #memory: Memory;
  readonly #news: StartNews;
  readonly #pendingSince = new Map<InstanceId, number>();
  /** When all nodes had come to their end, and the address was asked for the first time. */
  #endedSince: number | undefined;
  #looked: { readonly pool: Pool; readonly at: number } | undefined;
  #pool: Pool;
  #seen: Seen | undefined;
  readonly #vanishing: Vanishing;
  readonly #zones: Seen['zones'];
  readonly #addressing: Addressing;

  constructor(
    world: World,
    prepared: Prepared,
    memory: Memory,
    news: StartNews,
    addressing = new Addressing(world),
  ) {
    this.#world = world;
    this.#memory = memory;
    this.#news = news;
    this.#zones = zonesOf(prepared);
    this.#vanishing = new Vanishing(prepared.pool);
    this.#pool = prepared.pool;
    this.#addressing = addressing;
    this.#looked = { pool: prepared.pool, at: world.clock.monotonic() };
  }

  /** A step has changed what EC2 shows: the next look asks again. */
  forget(): void {
    this.#looked = undefined;
  }

  async look(): Promise<Seen> {
    const pool = this.#addressing.complete(await this.#ask());
    for (const node of pool.nodes) this.#giveUpOnBoot(node);
    const ending = pool.nodes.filter((node) => node.state === 'shutting-down');
    await this.#noteDeaths(ending.map((node) => node.id));
    await this.#missLaunched();
    const { groupId, rules, lacksBucket, progress, served } = this.#memory;
    const unseen = this.#memory.unseen(pool.nodes);
    settleSecret(this.#world, this.#memory, pool);
    const { kit } = this.#memory;
    const all = { pool, kit, groupId, rules, zones: this.#zones, lacksBucket, unseen, progress, served };
    const seen = this.#known(all);
    return served ? seen : { ...seen, served: await this.#serves(seen) };
  }

  /** The same look, with what has been learned of the nodes since. */
  again(seen: Seen): Seen {
    return this.#known({ ...seen, kit: this.#memory.kit });
  }

  /** Most looks show what the one before showed: that value is used again, and what was worked out of it. */
  #known(seen: Seen): Seen {
    this.#seen = sameSeen(this.#seen, noteComplete(this.#memory, seen, this.#world.clock.monotonic()));
    return this.#seen;
  }

  done(seen: Seen): boolean {
    const since = this.#endedSince;
    const tired = since !== undefined && this.#world.clock.monotonic() - since > SERVING_LIMIT;
    return tired || isUp(seen, this.#world.settings);
  }

  /** Many steps end at about the same time: they share one look at EC2. */
  async #ask(): Promise<Pool> {
    const now = this.#world.clock.monotonic();
    if (this.#looked && now - this.#looked.at < LOOK_AGE) return this.#looked.pool;
    const { cloud, settings } = this.#world;
    const pool = await this.#vanishing.complete(cloud, await cloud.look(settings.name), now);
    this.#pool = samePool(this.#pool, pool);
    this.#looked = { pool: this.#pool, at: now };
    return this.#pool;
  }

  /** An instance that never leaves `pending` is named, not waited for without end. */
  #giveUpOnBoot(node: Node): void {
    const now = this.#world.clock.monotonic();
    if (node.state !== 'pending' || this.#memory.progress.has(node.id)) return;
    const since = this.#pendingSince.get(node.id) ?? now;
    this.#pendingSince.set(node.id, since);
    if (now - since <= SSH_LIMIT) return;
    const why = `still pending after ${SSH_LIMIT / 1_000} s`;
    this.#memory.fail({ node, why, details: [] }, 'failed', undefined, ALL_TRIES);
    this.#news.stage(node, 'failed');
  }

  /** An instance that stays out of sight has ended before it was seen, or EC2 has lost it. */
  async #missLaunched(): Promise<void> {
    const now = this.#world.clock.monotonic();
    const age = (at: number) => now - at;
    const missed = [...this.#memory.launched].filter(([, at]) => age(at) > SIGHT_LIMIT).map(([id]) => id);
    await this.#noteDeaths(missed);
    const lost = missed.filter((id) => age(this.#memory.launched.get(id) ?? now) > SSH_LIMIT);
    if (lost.length === 0) return;
    // Said once: whoever goes on does so without them.
    for (const id of lost) this.#memory.launched.delete(id);
    throw new PoolError(`EC2 launched ${lost.join(', ')} and does not tell of it; run pool start again`);
  }

  async #noteDeaths(ids: readonly InstanceId[]): Promise<void> {
    const fresh = ids.filter((id) => !this.#memory.deaths.has(id));
    if (fresh.length === 0) return;
    for (const [id, why] of await this.#world.cloud.ends(fresh)) {
      this.#memory.launched.delete(id);
      this.#memory.deaths.set(id, `${id} ended while it booted: ${why}`);
    }
  }

  /** Asks through the address once there is nothing else left to wait for. */
  async #serves(seen: Seen): Promise<boolean> {
    if (!isUp({ ...seen, served: true }, this.#world.settings)) return false;
    const answer = await asksThroughAddress(this.#world, seen.pool);
    this.#memory.served = answer.good;
    this.#memory.lastAnswer = answer.text;
    this.#endedSince ??= this.#world.clock.monotonic();
    return answer.good;
  }
}
