// Carries out the plan of `pool start`: each step of it, and the looks between the steps.

import { openings } from '../../plans/openings.ts';
import type { Step } from '../../plans/plan.ts';
import { isUp, type Progress, type Seen, start } from '../../plans/start.ts';
import { BrokenConnection, PoolError } from '../../pool/failure.ts';
import type { InstanceId, Node } from '../../pool/instance.ts';
import { STOPPING_TAG } from '../../pool/pool.ts';
import { converge } from '../converge.ts';
import type { Prepared } from '../preflight.ts';
import type { World } from '../world.ts';
import { configure, rotate } from './configuring.ts';
import { launch } from './launching.ts';
import { Memory, type NodeFailure } from './memory.ts';
import { probe } from './probing.ts';
import { asksThroughAddress } from './serving.ts';
import { awaitSsh, SSH_LIMIT } from './wait.ts';

/** What the person is told while it goes on. */
export interface StartNews {
  launching(): void;
  looked(seen: Seen): void;
  stage(node: Node, stage: 'waiting for ssh' | 'configuring' | 'in rotation' | 'failed'): void;
}

export interface Started {
  readonly seen: Seen;
  readonly failures: readonly NodeFailure[];
  /** The last answer through the pool's address. */
  readonly lastAnswer: string;
}

/** How long the address may go without a good answer once every node has come to its end, in ms. */
const SERVING_LIMIT = 30_000;

/** EC2 tells of a new instance within this time, as a rule, in ms; after it we ask for the instance by its id. */
const SIGHT_LIMIT = 2_000;

/** This many more launches than were asked for mean that instances die as they are born. */
const SPARE_LAUNCHES = 3;

/** A connection that breaks more often than this on one node is no accident. */
const MOST_BREAKS = 3;

class StartRun {
  readonly #world: World;
  readonly #prepared: Prepared;
  readonly #news: StartNews;
  readonly #memory = new Memory();
  /** When each pending instance was first seen, and when all nodes had come to an end. */
  readonly #pendingSince = new Map<string, number>();
  #endedSince: number | undefined;
  readonly #breaks = new Map<string, number>();
  seen: Seen | undefined;

  constructor(world: World, prepared: Prepared, news: StartNews) {
    this.#world = world;
    this.#prepared = prepared;
    this.#news = news;
  }

  get failures(): readonly NodeFailure[] {
    return [...this.#memory.failures.values()].sort((a, b) => a.node.index - b.node.index);
  }

  get lastAnswer(): string {
    return this.#memory.lastAnswer;
  }

  async look(): Promise<Seen> {
    const pool = await this.#world.cloud.look(this.#world.settings.name);
    for (const node of pool.nodes) this.#giveUpOnBoot(node);
    await this.#noteDeaths(
      pool.nodes.filter((node) => node.state === 'shutting-down').map((node) => node.id),
    );
    await this.#missLaunched();
    const { groupId, progress, served } = this.#memory;
    const zones = this.#prepared.subnets.map(({ id, zone }) => ({ subnetId: id, zone }));
    const seen = {
      pool,
      groupId,
      zones,
      unseen: this.#memory.unseen(pool.nodes),
      progress: new Map(progress),
      served,
    };
    this.seen = seen.served ? seen : { ...seen, served: await this.#serves(seen) };
    return this.seen;
  }

  /** An instance that never leaves `pending` is named, not waited for without end. */
  #giveUpOnBoot(node: Node): void {
    const now = this.#world.clock.monotonic();
    if (node.state !== 'pending' || this.#memory.progress.has(node.id)) return;
    const since = this.#pendingSince.get(node.id) ?? now;
    this.#pendingSince.set(node.id, since);
    if (now - since > SSH_LIMIT) this.#fail(node, `still pending after ${SSH_LIMIT / 1_000} s`);
  }

  /** An instance that stays out of sight has ended before it was seen, or EC2 has lost it. */
  async #missLaunched(): Promise<void> {
    const now = this.#world.clock.monotonic();
    const missed = [...this.#memory.launched].filter(([, at]) => now - at > SIGHT_LIMIT).map(([id]) => id);
    await this.#noteDeaths(missed);
    const lost = missed.filter((id) => now - (this.#memory.launched.get(id) ?? now) > SSH_LIMIT);
    if (lost.length > 0)
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

  #fail(node: Node, why: string, details: readonly string[] = []): void {
    this.#memory.fail({ node, why, details }, 'failed');
    this.#news.stage(node, 'failed');
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

  done(seen: Seen): boolean {
    const tired =
      this.#endedSince !== undefined && this.#world.clock.monotonic() - this.#endedSince > SERVING_LIMIT;
    return tired || isUp(seen, this.#world.settings);
  }

  async apply(step: Step, seen: Seen): Promise<void> {
    if ('node' in step) return await this.#applyToNode(step, seen);
    const { cloud, settings } = this.#world;
    const { address } = seen.pool;
    switch (step.do) {
      case 'make-group':
        this.#memory.groupId = await cloud.openGroup(settings.name, this.#prepared.vpcId, openings(settings));
        return;
      case 'make-address':
        await cloud.allocateAddress(settings.name);
        return;
      case 'permit':
        if (address) await cloud.untag([address.allocationId], [STOPPING_TAG]);
        return;
      case 'launch':
        return await this.#launch(step, seen);
      default:
        throw new Error(`start does not know the step ${step.do}`);
    }
  }

  async #launch(step: Extract<Step, { do: 'launch' }>, seen: Seen): Promise<void> {
    const allowed = this.#world.settings.minimum_instances + SPARE_LAUNCHES;
    if (this.#memory.launches + step.count > allowed) {
      throw new PoolError(
        `${this.#memory.launches} instances were launched and too many of them end while they boot; ` +
          'mend the reason and run pool start again, or pool stop',
        { details: [...this.#memory.deaths.values()] },
      );
    }
    this.#news.launching();
    await launch(this.#world, this.#prepared, this.#memory, step, seen);
  }

  /** What goes wrong on one node is that node's failure: the others go on. */
  async #applyToNode(step: Extract<Step, { node: Node }>, seen: Seen): Promise<void> {
    const { address } = seen.pool;
    if (step.do === 'give-address') {
      if (address) await this.#world.cloud.associate(address, step.node.id);
      return;
    }
    try {
      if (step.do === 'probe') await this.#probe(step.node);
      if (step.do === 'configure') await this.#configure(step.node, seen);
      if (step.do === 'rotate') await this.#rotate(step.node, step.members);
    } catch (error) {
      if (!(error instanceof PoolError)) throw error;
      if (error instanceof BrokenConnection && this.#tryAgain(step.node)) return;
      this.#fail(step.node, error.message, error.details);
    }
  }

  /** Each script may be run again; the node is looked at afresh, for nobody knows how far the broken one came. */
  #tryAgain(node: Node): boolean {
    const breaks = (this.#breaks.get(node.id) ?? 0) + 1;
    this.#breaks.set(node.id, breaks);
    if (breaks > MOST_BREAKS) return false;
    this.#memory.progress.delete(node.id);
    return true;
  }

  async #probe(node: Node): Promise<void> {
    this.#news.stage(node, 'waiting for ssh');
    const why = await awaitSsh(this.#world, node);
    if (why !== undefined && this.#world.signal.aborted) return;
    if (why !== undefined) return this.#fail(node, `no answer on ssh within ${SSH_LIMIT / 1_000} s: ${why}`);
    this.#memory.progress.set(node.id, { stage: 'probed', ...(await probe(this.#world, node)) });
  }

  async #configure(node: Node, seen: Seen): Promise<void> {
    this.#news.stage(node, 'configuring');
    const before = seen.progress.get(node.id) ?? { members: [], up: [] };
    const result = await configure(this.#world, this.#prepared, seen, node, before.members);
    const known: Progress = { stage: 'configured', members: before.members, up: before.up };
    if (result.healthy) this.#memory.progress.set(node.id, known);
    else {
      const why = `the app is not healthy: ${result.healthUrl} answered: ${result.answer || 'nothing'}`;
      this.#memory.fail({ node, why, details: result.log }, 'unhealthy', known);
      this.#news.stage(node, 'failed');
    }
  }

  async #rotate(node: Node, members: readonly Node[]): Promise<void> {
    const has = await rotate(this.#world, this.#prepared, node, members);
    const { stage = 'configured' } = this.#memory.progress.get(node.id) ?? {};
    this.#memory.progress.set(node.id, { stage, ...has });
    for (const member of members) if (has.up.includes(member.id)) this.#news.stage(member, 'in rotation');
  }
}

/** Brings the pool up to its minimum; ends when every node is in rotation or named as failed. */
export async function runStart(world: World, prepared: Prepared, news: StartNews): Promise<Started> {
  const run = new StartRun(world, prepared, news);
  await converge<Seen>(world.clock, world.signal, {
    look: () => run.look(),
    decide: (seen) => start(seen, world.settings),
    done: (seen) => run.done(seen),
    apply: (step, seen) => run.apply(step, seen),
    show: (seen) => news.looked(seen),
  });
  const seen = run.seen;
  if (seen === undefined) throw new PoolError('interrupted before anything was done');
  return { seen, failures: run.failures, lastAnswer: run.lastAnswer };
}
