// Runs a piece of work for many askers at once: each gets the end of a run that began after it asked.
import { setImmediate } from 'node:timers/promises';

/** Wraps `work` so that it never runs twice at a time and never more often than needed. */
export function coalesce(work: () => Promise<void>): () => Promise<void> {
  let waiting: Promise<void> | undefined;
  let running: Promise<void> = Promise.resolve();
  const run = async (before: Promise<void>): Promise<void> => {
    await before.catch(() => undefined);
    await setImmediate();
    waiting = undefined;
    await work();
  };
  return () => {
    if (waiting === undefined) {
      waiting = run(running);
      running = waiting;
      running.catch(() => undefined);
    }
    return waiting;
  };
}
