// Carries out the plan of `pool start`: the looks between the steps, and who does which step.
import { NO_CHANGES } from '../../plans/group-rules.ts';
import type { Step } from '../../plans/plan.ts';
import type { Seen } from '../../plans/seen.ts';
import { start } from '../../plans/start.ts';
import { PoolError } from '../../pool/failure.ts';
import type { Access } from '../access.ts';
import { converge } from '../converge.ts';
import { Memory, type NodeFailure } from '../nodes/memory.ts';
import type { StartNews } from '../nodes/news.ts';
import { isNodeStep, OnNode } from '../nodes/on-node.ts';
import { Turn } from '../nodes/turn.ts';
import type { Prepared } from '../preflight.ts';
import { Stale } from '../stale.ts';
import type { World } from '../world.ts';
import { Addressing } from './addressing.ts';
import { launch } from './launching.ts';
import { Looks } from './looking.ts';
import { awaitedOthers } from './settling.ts';

export interface Started {
  readonly seen: Seen;
  readonly failures: readonly NodeFailure[];
  /** The last answer through the pool's address. */
  readonly lastAnswer: string;
}

/** This many more launches than were asked for mean that instances die as they are born. */
const SPARE_LAUNCHES = 3;

class StartRun {
  readonly #world: World;
  readonly #prepared: Prepared;
  readonly #access: Access;
  readonly #news: StartNews;
  readonly #memory: Memory;
  readonly #onNode: OnNode;
  readonly #group: Stale;
  readonly #addressing: Addressing;
  readonly turn: Turn;
  readonly looks: Looks;
  seen: Seen | undefined;

  constructor(world: World, prepared: Prepared, access: Access, news: StartNews) {
    this.#world = world;
    this.#prepared = prepared;
    this.#access = access;
    this.#news = news;
    this.#memory = new Memory(prepared.kit);
    this.#memory.groupId = access.groupId;
    this.#memory.rules = access.changes;
    this.#memory.lacksBucket = prepared.lacksBucket;
    this.#onNode = new OnNode(world, this.#memory, news);
    this.turn = new Turn(world, this.#memory, 'pool start');
    this.#addressing = new Addressing(world);
    this.#group = new Stale(world, ['InvalidGroup.NotFound']);
    this.looks = new Looks(world, prepared, this.#memory, news, this.#addressing);
  }

  async look(): Promise<Seen> {
    this.seen = await this.looks.look();
    return this.seen;
  }

  end(): Started {
    if (this.seen === undefined) throw new PoolError('interrupted before anything was done');
    const failures = [...this.#memory.failures.values()].sort((a, b) => a.node.index - b.node.index);
    const { lastAnswer } = this.#memory;
    return { seen: this.seen, failures, lastAnswer };
  }

  async apply(step: Step, seen: Seen): Promise<void> {
    await this.turn.before(step, seen);
    try {
      if (isNodeStep(step)) await this.#onNode.apply(step, seen);
      else await this.#onPool(step, seen);
    } finally {
      if (!isNodeStep(step) || step.do === 'tag') this.looks.forget();
    }
  }

  async #onPool(step: Step, seen: Seen): Promise<void> {
    const { cloud, settings } = this.#world;
    const { address } = seen.pool;
    switch (step.do) {
      case 'open-group':
      case 'close-group':
        return await this.#match(step);
      case 'make-group':
        this.#memory.groupId = await cloud.openGroup(
          settings.name,
          this.#prepared.vpcId,
          this.#access.openings,
        );
        return;
      case 'make-bucket':
        await cloud.makeBucket(step.bucket);
        this.#memory.lacksBucket = false;
        return;
      case 'make-address':
        return await this.#addressing.make();
      case 'release-spare':
        return await cloud.release(step.address);
      case 'permit':
        if (address) await this.#addressing.permit(address);
        return;
      case 'give-address':
        if (address) await this.#addressing.give(address, step.node.id);
        return;
      case 'launch':
        return await this.#launch(step, seen);
      default:
        throw new Error(`start does not know the step ${step.do}`);
    }
  }

  async #match(step: Extract<Step, { do: 'open-group' | 'close-group' }>): Promise<void> {
    const { groupId = '', rules } = this.#memory;
    const open = step.do === 'open-group' ? step.rules : [];
    const close = step.do === 'close-group' ? step.rules : [];
    await this.#unlessGone(async () => {
      await this.#world.cloud.changeGroup(groupId, { open, close });
      this.#memory.rules = step.do === 'open-group' ? { ...rules, open: [] } : { ...rules, close: [] };
    });
  }

  /** A look that lags shows the group that a stop has just deleted: then another is made. */
  async #unlessGone(work: () => Promise<void>): Promise<void> {
    await this.#group.unless(work, () => {
      this.#memory.groupId = undefined;
      this.#memory.rules = NO_CHANGES;
    });
  }

  async #launch(step: Extract<Step, { do: 'launch' }>, seen: Seen): Promise<void> {
    const { mine, deaths } = this.#memory;
    if (mine.size + step.count > this.#world.settings.minimum_instances + SPARE_LAUNCHES) {
      throw new PoolError(
        `${mine.size} instances were launched and too many of them end while they boot; ` +
          'mend the reason and run pool start again, or pool stop',
        { details: [...deaths.values()] },
      );
    }
    if (await awaitedOthers(this.#world, this.#memory, seen)) return;
    this.#news.launching();
    await this.#unlessGone(() => launch(this.#world, this.#prepared, this.#memory, step, seen));
  }
}

/** Brings the pool up to its minimum; ends when every node is in rotation or named as failed. */
export async function runStart(
  world: World,
  prepared: Prepared,
  access: Access,
  news: StartNews,
): Promise<Started> {
  const run = new StartRun(world, prepared, access, news);
  await converge<Seen>(world.clock, world.signal, {
    look: () => run.look(),
    decide: (seen) => start(seen, world.settings),
    done: (seen) => run.looks.done(seen),
    apply: (step, seen) => run.apply(step, seen),
    show: (seen) => news.looked(seen),
  }).finally(() => run.turn.end());
  return run.end();
}
