// Does anything live at the pool's address? Any HTTP status is an answer: HAProxy gave it.
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** One request waits this long, ms. */
const PATIENCE_MS = 250;
/** The second request starts this much after the first, ms. */
const APART_MS = 100;
const TICK_MS = 10;

/**
 * Waits in small pieces, so that time in which this process itself was kept from working does not count as
 * the other side's silence.
 */
async function patience(ms: number): Promise<void> {
  for (let waited = 0; waited < ms; waited += TICK_MS) await delay(TICK_MS);
}

function asked(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const question = request(url, { agent: false }, (response) => {
      resolve(true);
      response.destroy();
    });
    question.on('error', () => resolve(false));
    question.end();
    void patience(PATIENCE_MS).then(() => question.destroy());
  });
}

/** Two requests; true as soon as one of them is answered. */
export async function answersAt(url: string): Promise<boolean> {
  const first = asked(url);
  const second = delay(APART_MS).then(() => asked(url));
  const found = async (one: Promise<boolean>) => (await one) || Promise.reject(new Error('silent'));
  return await Promise.any([found(first), found(second)]).catch(() => false);
}
