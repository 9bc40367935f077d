// A visitor every 50 ms from outside, and how long there was no good answer.
import { visit } from './party.ts';

export interface Served {
  /** The longest time between two good answers so far, in ms; that since the last one counts, too. */
  longest(): number;
  /** Requests that got no good answer within 2 s. */
  failed(): number;
  asked(): number;
  end(): Promise<void>;
}

/** They come until `end`. */
export function served(url: string, every = 50): Served {
  const underWay = new Set<Promise<void>>();
  const count = { failed: 0, asked: 0 };
  let last = performance.now();
  let longest = 0;
  const come = async () => {
    count.asked += 1;
    const good = await visit(url).then(
      ({ status }) => status === 200,
      () => false,
    );
    const now = performance.now();
    if (!good) count.failed += 1;
    else {
      longest = Math.max(longest, now - last);
      last = now;
    }
  };
  const timer = setInterval(() => {
    const one = come().finally(() => underWay.delete(one));
    underWay.add(one);
  }, every);
  return {
    longest: () => Math.max(longest, performance.now() - last),
    failed: () => count.failed,
    asked: () => count.asked,
    async end() {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}
