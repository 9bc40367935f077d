// Visitors who come every 50 ms, each on a connection of its own: how long did none of them get a good answer?
import { isHaproxy } from '../pool/url.ts';
import type { World } from './world.ts';

/** Between two visitors, in ms. */
const EVERY = 50;
/** What a visitor waits for an answer, in ms. */
const PATIENCE = 2_000;

export class Visitors {
  readonly #world: Pick<World, 'clock' | 'get'>;
  readonly #url: string;
  readonly #end = new AbortController();
  #lastGood: number;
  #longest = 0;
  #row = 0;
  #rowSince = 0;

  /** They come from now on. */
  constructor(world: Pick<World, 'clock' | 'get'>, url: string) {
    this.#world = world;
    this.#url = url;
    this.#lastGood = world.clock.monotonic();
    void this.#come();
  }

  /** The longest time so far between two good answers, in ms: at least that between two visitors. */
  get outage(): number {
    return Math.max(this.#longest, this.#world.clock.monotonic() - this.#lastGood - EVERY);
  }

  /** Resolves to true when so many who came from now on got a good answer in a row, to false after `limit` ms. */
  async served(count: number, limit: number): Promise<boolean> {
    const { clock } = this.#world;
    const until = clock.monotonic() + limit;
    this.#row = 0;
    this.#rowSince = clock.monotonic();
    while (this.#row < count) {
      if (clock.monotonic() > until || this.#end.signal.aborted) return false;
      await clock.sleep(EVERY, this.#end.signal);
    }
    return true;
  }

  end(): void {
    this.#end.abort();
  }

  async #come(): Promise<void> {
    while (!this.#end.signal.aborted) {
      void this.#visit();
      await this.#world.clock.sleep(EVERY, this.#end.signal);
    }
  }

  async #visit(): Promise<void> {
    const came = this.#world.clock.monotonic();
    const good = await this.#isServed();
    const now = this.#world.clock.monotonic();
    if (came >= this.#rowSince) this.#row = good ? this.#row + 1 : 0;
    if (!good) return;
    this.#longest = Math.max(this.#longest, now - this.#lastGood);
    this.#lastGood = now;
  }

  async #isServed(): Promise<boolean> {
    try {
      const { status } = await this.#world.get(this.#url, PATIENCE);
      return isHaproxy(status);
    } catch {
      return false;
    }
  }
}
