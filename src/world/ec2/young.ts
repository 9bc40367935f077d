// What was made a moment ago may be unknown to the next call, or not be told of yet (EC2: "Eventual consistency").
import { setTimeout as pause } from 'node:timers/promises';
import { refusalCode } from './errors.ts';

/** EC2 knows of what it has made within seconds; all in ms. */
const LIMIT = 15_000;
const FIRST = 200;
const LONGEST = 2_000;

/**
 * What `attempt` comes to; as long as it says undefined it is repeated, with growing pauses, up to 15 s: then
 * undefined.
 */
export async function untilTold<T>(attempt: () => Promise<T | undefined>): Promise<T | undefined> {
  const end = performance.now() + LIMIT;
  for (let wait = FIRST; ; wait = Math.min(wait * 2, LONGEST)) {
    const told = await attempt();
    if (told !== undefined || performance.now() > end) return told;
    await pause(wait);
  }
}

/** Repeats a call as long as EC2 refuses it with this code, at most for 15 s; then its refusal is thrown. */
export async function onceKnown<T>(code: string, send: () => Promise<T>): Promise<T> {
  let refusal: unknown;
  const done = await untilTold(async () => {
    try {
      return { result: await send() };
    } catch (error) {
      if (refusalCode(error) !== code) throw error;
      refusal = error;
      return undefined;
    }
  });
  if (done === undefined) throw refusal;
  return done.result;
}
