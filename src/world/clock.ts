// The real clock.
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './world.ts';

export const realClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  /** An aborted sleep ends early and quietly: whoever sleeps looks at the signal next. */
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
  /** Looks come several times a second: a timer and a listener cost less than signals made of signals. */
  atMost: async (ms, work, signal) => {
    if (signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end);
      work.then(end, end);
    });
  },
};
