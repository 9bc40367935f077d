// A clock under a test's control.
import type { Clock } from '../../../src/world/world.ts';

/** Time that passes only when somebody sleeps. */
export class FakeClock implements Clock {
  ms = Date.parse('2008-05-31T00:47:37.000Z');
  now = (): Date => new Date(this.ms);
  monotonic = (): number => this.ms;
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    // One turn of the event loop, so that others who wait get theirs.
    await new Promise((resolve) => setImmediate(resolve));
    if (!signal?.aborted) this.ms += ms;
  }
}
