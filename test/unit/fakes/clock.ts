// A clock under a test's control.
import type { Clock } from '../../../src/world/world.ts';

interface Sleeper {
  readonly wakesAt: number;
  wake(): void;
}

/** So many turns of the event loop the packing of an archive may take at the most between two waits. */
const TURNS = 5;

/** Time that passes only when everybody sleeps: then it jumps to the moment of the first who wakes. */
export class FakeClock implements Clock {
  ms = Date.parse('2008-05-31T00:47:37.000Z');
  readonly #sleepers = new Set<Sleeper>();
  /** Counts who fell asleep or woke: after each of them the others get their turns anew. */
  #events = 0;
  now = (): Date => new Date(this.ms);
  monotonic = (): number => this.ms;

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return await new Promise((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.#events += 1;
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { wakesAt: this.ms + ms, wake };
      signal?.addEventListener('abort', wake);
      this.#sleepers.add(sleeper);
      this.#events += 1;
      this.#turn(sleeper);
    });
  }

  async atMost(ms: number, work: Promise<unknown>, signal?: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const either = signal ? AbortSignal.any([stop.signal, signal]) : stop.signal;
    const ended = work.then(
      () => undefined,
      () => undefined,
    );
    await Promise.race([ended, this.sleep(ms, either)]);
    stop.abort();
  }

  /** Some turns of the event loop later all others have done what they can do now: then time goes on. */
  #turn(sleeper: Sleeper): void {
    const before = this.#events;
    const after = (turns: number): void => {
      if (!this.#sleepers.has(sleeper)) return;
      const isQuiet = this.#events === before;
      if (isQuiet && turns > 0) setImmediate(() => after(turns - 1));
      else {
        if (isQuiet) this.#wakeFirst();
        if (this.#sleepers.has(sleeper)) this.#turn(sleeper);
      }
    };
    setImmediate(() => after(TURNS));
  }

  #wakeFirst(): void {
    const [first] = [...this.#sleepers].sort((a, b) => a.wakesAt - b.wakesAt);
    if (first === undefined) return;
    this.ms = Math.max(this.ms, first.wakesAt);
    first.wake();
  }
}
