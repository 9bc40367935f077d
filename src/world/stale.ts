// A look that lags shows what is gone already, or is otherwise by now: whoever acts on it rests and looks again.
import { refusalCode } from './ec2/errors.ts';
import type { World } from './world.ts';

/** So long EC2 may take to tell of a change, and before another look is taken; both in ms. */
const WITHIN = 30_000;
const REST = 1_000;

/** Of one run: how long its looks have been too old. */
export class Stale {
  readonly #world: Pick<World, 'clock' | 'signal'>;
  readonly #codes: readonly string[];
  #since: number | undefined;

  /** `codes`: EC2's refusals by which it says that what was seen is no longer so. */
  constructor(world: Pick<World, 'clock' | 'signal'>, codes: readonly string[]) {
    this.#world = world;
    this.#codes = codes;
  }

  /**
   * Where EC2 refuses `work` by one of the codes nothing is done but to `forget` what was seen, and to rest; after 30 s
   * of that the refusal is thrown.
   */
  async unless(work: () => Promise<void>, forget: () => void = () => undefined): Promise<void> {
    const { clock, signal } = this.#world;
    try {
      await work();
    } catch (error) {
      this.#since ??= clock.monotonic();
      const isLate = clock.monotonic() - this.#since > WITHIN;
      if (isLate || !this.#codes.includes(refusalCode(error))) throw error;
      forget();
      await clock.sleep(REST, signal);
    }
  }
}
