// Visitors who ask all the time, and keep what they were told.
import { setTimeout } from 'node:timers/promises';
import { visit } from './party.ts';

export interface Load {
  /** Ends it; what the visitors got: how many answers, how many requests failed, and why. */
  end(): Promise<{ readonly answers: number; readonly failures: readonly string[] }>;
}

/** So many at once, each asking again some 20 ms after its answer. An answer other than 200 counts as a failure. */
export function load(url: string, visitors = 4): Load {
  let goesOn = true;
  let answers = 0;
  const failures: string[] = [];
  const ask = async () => {
    const { status, body } = await visit(url, 10_000);
    answers += 1;
    if (status !== 200) failures.push(`${status}: ${body}`);
  };
  const visitor = async () => {
    while (goesOn) {
      await ask().catch((error: unknown) => failures.push(String(error)));
      await setTimeout(20);
    }
  };
  const all = Promise.all(Array.from({ length: visitors }, visitor));
  return {
    async end() {
      goesOn = false;
      await all;
      return { answers, failures };
    },
  };
}
