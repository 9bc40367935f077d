// Whether a node still holds its office: EC2 is asked again and again, also while the loop is stuck in a step.
import type { InstanceId } from '../../pool/instance.ts';
import type { World } from '../world.ts';

/** Why a node stands down: the address is elsewhere, or EC2 does not say where it is. */
export type StandDown = 'elsewhere' | 'unasked';

/** A node that cannot ask EC2 for so long stands down, in ms: another may hold the address by now. */
const SILENCE_LIMIT = 15_000;
/** The loop asks at each look; where it has not for this long, because a node keeps it waiting, the watch does. */
const LOOK_LIMIT = 4_000;
/** EC2 counts our calls: while the loop rests, or waits for EC2 itself, the watch asks only after so long, in ms. */
const REST_LIMIT = 10_000;
const PAUSE = 1_000;

export class Office {
  readonly #world: World;
  readonly #me: InstanceId;
  #askedAt: number;
  #asking = false;
  /** Until then (monotonic ms) the loop is known to be well: it rests, or has just asked EC2. */
  #wellUntil = Number.NEGATIVE_INFINITY;
  #lost: (why: StandDown) => void = () => undefined;

  constructor(world: World, me: InstanceId) {
    this.#world = world;
    this.#me = me;
    this.#askedAt = world.clock.monotonic();
  }

  /** The loop does nothing for so long, in ms, and looks again then. */
  rests(ms: number): void {
    this.#wellUntil = this.#world.clock.monotonic() + ms;
  }

  /** The loop asks EC2 now. */
  looks(): void {
    this.rests(LOOK_LIMIT);
  }

  /** EC2 answered a question asked at `at` (monotonic ms): this instance has the address. */
  note(at: number, holder: InstanceId | undefined): void {
    this.#askedAt = Math.max(this.#askedAt, at);
    if (holder !== this.#me) this.#lost('elsewhere');
  }

  /** Resolves when the office is lost; never where the signal came first. */
  async lost(): Promise<StandDown> {
    return await new Promise((resolve) => {
      this.#lost = resolve;
      void this.#watch().then((why) => why && resolve(why));
    });
  }

  async #watch(): Promise<StandDown | undefined> {
    const { clock, signal } = this.#world;
    while (this.#silence() < SILENCE_LIMIT) {
      await clock.sleep(PAUSE, signal);
      if (signal.aborted) return undefined;
      if (this.#silence() >= this.#limit()) void this.#ask();
    }
    return 'unasked';
  }

  #limit(): number {
    return this.#world.clock.monotonic() < this.#wellUntil + PAUSE ? REST_LIMIT : LOOK_LIMIT;
  }

  #silence(): number {
    return this.#world.clock.monotonic() - this.#askedAt;
  }

  /** An answer that does not come must not hold up the watch: nobody waits for it, and none is asked for twice. */
  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const at = this.#world.clock.monotonic();
    await this.#world.cloud
      .look(this.#world.settings.name)
      .then(({ address }) => this.note(at, address?.holder))
      .catch(() => undefined);
    this.#asking = false;
  }
}
