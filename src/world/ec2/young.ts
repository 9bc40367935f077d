// What was made a moment ago may be unknown to the next call, or not be told of yet (EC2: "Eventual consistency").
import { realClock } from '../clock.ts';
import { until } from '../until.ts';
import { refusalCode } from './errors.ts';

/** EC2 knows of what it has made within seconds; in ms. */
const PATIENCE = { limit: 15_000, first: 200, factor: 2, longest: 2_000 };
const world = { clock: realClock, signal: new AbortController().signal };

/**
 * What `attempt` comes to; as long as it says undefined it is repeated, with growing pauses, up to 15 s: then
 * undefined.
 */
export async function untilTold<T>(attempt: () => Promise<T | undefined>): Promise<T | undefined> {
  let told: T | undefined;
  await until(world, PATIENCE, async () => {
    told = await attempt();
    return told !== undefined;
  });
  return told;
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
