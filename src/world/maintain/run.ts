// The loop of a maintainer: look, decide, do, until it is told to end or finds that the address is another's.
import { isBrought } from '../../plans/bring.ts';
import type { Noted } from '../../plans/journal.ts';
import {
  type Decision,
  isInOffice,
  maintain,
  mayBegin,
  type Policy,
  pauseAfter,
  policyOf,
  type Tick,
} from '../../plans/maintain.ts';
import type { Plan, Step } from '../../plans/plan.ts';
import { alive, running, type Seen } from '../../plans/seen.ts';
import { type Known, knownAfter, NOTHING_KNOWN } from '../../plans/sighting.ts';
import { PoolError } from '../../pool/failure.ts';
import { type InstanceId, isStaying } from '../../pool/instance.ts';
import type { PolicySettings } from '../../pool/journal.ts';
import { type Remembered, unremembered } from '../../pool/sight.ts';
import { converge } from '../converge.ts';
import { Telling } from '../journal/telling.ts';
import { Memory } from '../nodes/memory.ts';
import type { StartNews } from '../nodes/news.ts';
import { isNodeStep, OnNode } from '../nodes/on-node.ts';
import type { Prepared } from '../preflight.ts';
import { Looks } from '../start/looking.ts';
import type { World } from '../world.ts';
import { moveAddress } from './moving.ts';
import { Office, type StandDown } from './office.ts';
import { Pulse } from './pulse.ts';
import { isResize, Resizing } from './resizing.ts';
import { Witness } from './witness.ts';

const NONE: ReadonlySet<InstanceId> = new Set();

export interface MaintainNews extends StartNews {
  /** A step begins. */
  begins(step: Step): void;
  /** Something failed that concerns no single node; the loop goes on. */
  failed(error: unknown): void;
  /** A tick has decided, whatever it came to. */
  ticked(tick: Noted): void;
}

export interface Maintaining {
  /** The node that this runs on; undefined for a maintainer outside. */
  readonly me: InstanceId | undefined;
  /** One tick and the work that follows from it. */
  readonly once?: boolean;
  /** Another than the settings'. */
  readonly policy?: PolicySettings;
  /** What the maintainer before it remembered, where that is known and fresh. */
  readonly remembered?: Remembered | undefined;
  /** Resolves when this step may be taken, or throws. */
  before(step: Step, tick: Tick): Promise<void>;
}

/** Why the loop ended: it was told to, or its node has lost its office. */
export type MaintainEnd = 'told' | StandDown;

export class MaintainRun {
  readonly #world: World;
  readonly #news: MaintainNews;
  readonly #manner: Maintaining;
  readonly #memory: Memory;
  readonly #onNode: OnNode;
  readonly #looks: Looks;
  readonly #pulse: Pulse;
  readonly #resizing: Resizing;
  readonly #witness: Witness;
  readonly #policy: Policy;
  readonly #telling: Telling;
  readonly #office: Office | undefined;
  #heldSince: number | undefined;
  #tick: Tick | undefined;
  #known: Known = NOTHING_KNOWN;
  #remembered: Remembered;

  constructor(world: World, prepared: Prepared, news: MaintainNews, manner: Maintaining) {
    this.#world = world;
    this.#news = news;
    this.#manner = manner;
    this.#memory = new Memory(prepared.kit);
    this.#memory.groupId = prepared.groupId;
    // Whether visitors are served is HAProxy's affair.
    this.#memory.served = true;
    this.#memory.lastsLong = true;
    this.#onNode = new OnNode(world, this.#memory, news);
    this.#looks = new Looks(world, prepared, this.#memory, news);
    this.#pulse = new Pulse(world, this.#memory);
    this.#witness = new Witness(world);
    this.#resizing = new Resizing(world, prepared, this.#memory, () => this.#permit());
    const settings = manner.policy ?? world.settings;
    this.#policy = policyOf(settings);
    this.#telling = new Telling(world.clock, this.#memory, settings, (ticked) => news.ticked(ticked));
    this.#remembered = manner.remembered ?? unremembered(world.clock.monotonic());
    this.#office = manner.me === undefined ? undefined : new Office(world, manner.me);
  }

  get memory(): Memory {
    return this.#memory;
  }

  /**
   * Ends at once where the node loses its office: a step that is stuck (its way out may be gone together with the
   * address) must not keep it in it. Steps under way are then not waited for; none of them begins anything new.
   */
  async run(): Promise<MaintainEnd> {
    const told = (): Promise<MaintainEnd> => this.#loop().then(() => 'told');
    return this.#office ? await Promise.race([this.#office.lost(), told()]) : await told();
  }

  async #loop(): Promise<void> {
    const { clock, signal, settings } = this.#world;
    await converge<Tick>(clock, signal, {
      look: () => this.look(),
      decide: (tick, underWay) => this.#settle(tick, underWay),
      done: (tick) => this.#isOver(tick),
      apply: (step, tick) => this.#apply(step, tick),
      show: ({ seen }) => this.#news.looked(seen),
      failed: (error) => this.#news.failed(error),
      pause: (busy) => {
        const ms = this.#tick ? pauseAfter(this.#tick.seen, busy, settings) : settings.polling_time;
        this.#office?.rests(ms);
        return ms;
      },
    });
  }

  async look(): Promise<Tick> {
    const { clock } = this.#world;
    const lookedAt = clock.monotonic();
    this.#looks.forget();
    this.#office?.looks();
    const first = await this.#looks.look();
    this.#office?.note(lookedAt, first.pool.address?.holder);
    await this.#pulse.feel(first);
    this.#onNode.judge(running(first));
    const seen = this.#looks.again(first);
    const { me } = this.#manner;
    const holds = me !== undefined && seen.pool.address?.holder === me;
    this.#heldSince = holds ? (this.#heldSince ?? lookedAt) : undefined;
    this.#tick = await this.#tickOf(seen, lookedAt);
    return this.#tick;
  }

  async #tickOf(seen: Seen, lookedAt: number): Promise<Tick> {
    const vitals = this.#pulse.vitals(seen);
    const now = this.#world.clock.monotonic();
    this.#known = knownAfter(seen, now, this.#world.clock.now().getTime(), this.#policy.warmUp, this.#known);
    return {
      seen,
      lookedAt,
      now,
      me: this.#manner.me,
      heldSince: this.#heldSince,
      policy: this.#policy,
      remembered: this.#remembered,
      vitals,
      impaired: await this.#witness.impaired(vitals, now),
      known: this.#known,
      ours: this.#resizing.ours(),
      underWay: NONE,
    };
  }

  /** Pure: what this tick comes to. */
  decide(tick: Tick): Decision {
    return maintain(tick, this.#world.settings);
  }

  /** The same, and from now on this tick is the last one. */
  #settle(tick: Tick, underWay: ReadonlySet<string>): Plan {
    const decision = this.decide({ ...tick, underWay });
    this.#telling.tick(tick, decision, underWay);
    this.#remembered = decision.verdict.remembered;
    return decision.plan;
  }

  #isOver(tick: Tick): boolean {
    if (!isInOffice(tick)) return true;
    if (this.#manner.once !== true || !isBrought(tick.seen)) return false;
    if (!alive(tick.seen).every(isStaying)) return false;
    const decision = this.decide(tick);
    const isOver = decision.plan.length === 0;
    if (isOver) this.#telling.tick(tick, decision, NONE);
    return isOver;
  }

  /** A step that goes on for long is bound by the latest look, not by the one that it began after. */
  #permit(): void {
    if (this.#tick === undefined || mayBegin(this.#tick, this.#world.clock.monotonic())) return;
    throw new PoolError('the last look at EC2 is too old to launch after it; another comes first');
  }

  async #apply(step: Step, tick: Tick): Promise<void> {
    await this.#manner.before(step, tick);
    if (!mayBegin(tick, this.#world.clock.monotonic())) return;
    if (step.do !== 'probe') this.#news.begins(step);
    await this.#telling.follow(step, () => this.#take(step, tick));
  }

  async #take(step: Step, tick: Tick): Promise<void> {
    if (isNodeStep(step)) return await this.#onNode.apply(step, tick.seen);
    if (isResize(step)) return await this.#resizing.apply(step, tick.seen);
    await moveAddress(this.#world, step, tick.seen);
  }
}
