// Tries again and again, with growing pauses, until something comes true or its time is over.
import type { World } from './world.ts';

/** All in ms; each pause is `factor` times the one before. */
export interface Pauses {
  readonly limit: number;
  readonly first: number;
  readonly factor: number;
  readonly longest: number;
}

/**
 * True once `attempt` says so; false when the limit has passed or Ctrl-C came. A failure of `attempt` ends it. It is
 * tried once at least.
 */
export async function until(
  { clock, signal }: Pick<World, 'clock' | 'signal'>,
  { limit, first, factor, longest }: Pauses,
  attempt: () => Promise<boolean>,
): Promise<boolean> {
  const end = clock.monotonic() + limit;
  for (let pause = first; ; pause = Math.min(pause * factor, longest)) {
    if (await attempt()) return true;
    if (clock.monotonic() > end || signal.aborted) return false;
    await clock.sleep(pause, signal);
  }
}
