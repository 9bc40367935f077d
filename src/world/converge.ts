// Look, decide, do, again and again until nothing is left to do: steps run side by side, none waits for another.
import { nameOf, type Plan, type Step } from '../plans/plan.ts';
import type { Clock } from './world.ts';

export interface Loop<Seen> {
  look(): Promise<Seen>;
  /** `underWay`: names of the steps that have begun and not ended. */
  decide(seen: Seen, underWay: ReadonlySet<string>): Plan;
  done(seen: Seen): boolean;
  /** Does one step. A failure that concerns one node is noted by `apply` itself; a thrown one ends the loop. */
  apply(step: Step, seen: Seen): Promise<void>;
  /** Called after each look, before the steps start. */
  show(seen: Seen): void;
  /** Takes note of a failure, and the loop goes on; without it the first failure ends the loop. */
  failed?(error: unknown): void;
  /** The pause between two looks, in ms; `busy`: steps are under way. */
  pause?(busy: boolean): number;
}

/** The pause between two looks, in ms: short at first, longer as the work takes longer (EC2 counts our calls). */
const pauseAfter = (elapsed: number): number => Math.min(2_000, Math.max(200, elapsed / 20));

/** The looks of one run, the steps under way, and the first failure that ends it. */
class Run<Seen> {
  readonly #loop: Loop<Seen>;
  readonly #underWay = new Map<string, Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(loop: Loop<Seen>) {
    this.#loop = loop;
  }

  begin(step: Step, seen: Seen): void {
    const name = nameOf(step);
    if (this.#underWay.has(name)) return;
    const work = this.#loop
      .apply(step, seen)
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.#underWay.delete(name);
        this.#wake();
      });
    this.#underWay.set(name, work);
  }

  fail(error: unknown): void {
    if (this.#loop.failed) this.#loop.failed(error);
    else this.#failure ??= { error };
  }

  /** One look and the steps that follow from it; true when there is nothing left to do. */
  async turn(): Promise<boolean> {
    const seen = await this.#loop.look();
    this.#loop.show(seen);
    if (this.#loop.done(seen) && !this.busy) return true;
    for (const step of this.#loop.decide(seen, new Set(this.#underWay.keys()))) this.begin(step, seen);
    return false;
  }

  /** Ends at the next end of a step, or after the pause. */
  async rest(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await clock.atMost(ms, woken, signal);
  }

  get busy(): boolean {
    return this.#underWay.size > 0;
  }

  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** Lets everything under way end, then throws what failed, if anything did. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay.values());
    if (this.#failure) throw this.#failure.error;
  }
}

/** Runs until `done` and nothing is under way, or `signal` comes; steps under way are always waited for. */
export async function converge<Seen>(clock: Clock, signal: AbortSignal, loop: Loop<Seen>): Promise<void> {
  const run = new Run(loop);
  const began = clock.monotonic();
  while (!signal.aborted && !run.failed) {
    const isOver = await run.turn().catch((error: unknown) => run.fail(error));
    if (isOver) break;
    const ms = loop.pause?.(run.busy) ?? pauseAfter(clock.monotonic() - began);
    await run.rest(clock, ms, signal);
  }
  await run.settle();
}
