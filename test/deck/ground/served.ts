// A visitor every 50 ms from outside, and how long there was no good answer.
import { visit } from './party.ts';

export interface Served {
  /** The longest time between two good answers so far, in ms; that since the last one counts, too. */
  longest(): number;
  /** What those got that had no good answer within `PATIENCE`, each with the time that it waited. */
  failures(): readonly string[];
  asked(): number;
  end(): Promise<void>;
}

/** As long as a visitor waits, in ms: whom a dying node had is given to another once its checks are missed. */
const PATIENCE = 5_000;

/** They come until `end`. */
export function served(url: string, every = 50): Served {
  const underWay = new Set<Promise<void>>();
  const failures: string[] = [];
  let asked = 0;
  let last = performance.now();
  let longest = 0;
  const come = async () => {
    asked += 1;
    const began = performance.now();
    const answer = await visit(url, PATIENCE).then(
      ({ status, body }) => (status === 200 ? 'good' : `${status} ${body.trim()}`),
      (error: Error) => error.message,
    );
    const now = performance.now();
    if (answer !== 'good') failures.push(`${answer} after ${Math.round(now - began)} ms`);
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
    failures: () => failures,
    asked: () => asked,
    async end() {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}
