// What the loop of a maintainer tells its journal: each tick, the steps that begin in it, and how steps ended.

import type { Noted } from '../../plans/journal.ts';
import type { Decision, Tick } from '../../plans/maintain.ts';
import { describeStep, nameOf, type Step } from '../../plans/plan.ts';
import type { Outcome, PolicySettings } from '../../pool/journal.ts';
import type { Memory, NodeFailure } from '../nodes/memory.ts';
import type { Clock } from '../world.ts';

/** These stand in the journal as acts. */
const ACTS: ReadonlySet<Step['do']> = new Set(['launch', 'replace', 'leave', 'terminate', 'protect']);

/** The end of what a node said says most. */
const inShort = (failure: NodeFailure | undefined): string | undefined =>
  failure && [failure.why, ...failure.details.slice(-1)].join(': ');

export class Telling {
  readonly #clock: Clock;
  readonly #memory: Pick<Memory, 'failures'>;
  readonly #policy: PolicySettings;
  readonly #tell: (tick: Noted) => void;
  #ended: Outcome[] = [];

  constructor(
    clock: Clock,
    memory: Pick<Memory, 'failures'>,
    policy: PolicySettings,
    tell: (tick: Noted) => void,
  ) {
    this.#clock = clock;
    this.#memory = memory;
    this.#policy = policy;
    this.#tell = tell;
  }

  tick(tick: Tick, { plan, sight, verdict }: Decision, underWay: ReadonlySet<string>): void {
    const { pool } = tick.seen;
    const others = plan.filter((step) => step.do !== 'probe' && !ACTS.has(step.do));
    const outcomes = this.#ended;
    this.#ended = [];
    this.#tell({
      pool,
      policy: this.#policy,
      sight,
      remembered: tick.remembered,
      after: verdict.remembered,
      acts: verdict.acts,
      because: verdict.because,
      steps: others.filter((step) => !underWay.has(nameOf(step))).map(describeStep),
      outcomes,
    });
  }

  /** Does the step's work; what it throws is thrown on. */
  async follow(step: Step, work: () => Promise<void>): Promise<void> {
    if (step.do === 'probe') return await work();
    const began = this.#clock.monotonic();
    const former = this.#failureOf(step);
    try {
      await work();
    } catch (error) {
      this.#end(step, began, error instanceof Error ? error.message : String(error));
      throw error;
    }
    const failure = this.#failureOf(step);
    this.#end(step, began, failure === former ? undefined : inShort(failure));
  }

  /** What goes wrong on one node is that node's failure, and is not thrown. */
  #failureOf = (step: Step) => ('node' in step ? this.#memory.failures.get(step.node.id) : undefined);

  #end(step: Step, began: number, why: string | undefined): void {
    const ms = Math.round(this.#clock.monotonic() - began);
    this.#ended.push({ step: describeStep(step), ok: why === undefined, why, ms });
  }
}
