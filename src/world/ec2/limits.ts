// How often and how long a call of AWS's is tried.
import type { AnswerLimits } from './answers.ts';

export interface Limits extends AnswerLimits {
  readonly maxAttempts: number;
  readonly connectionTimeout: number;
}

/**
 * Silence is told after half a minute, and an answer that only drips after less. A launch of many takes some seconds,
 * and a page of a thousand instances over a line of 20 KiB/s nearly four minutes.
 */
export const PATIENT: Limits = {
  maxAttempts: 4,
  connectionTimeout: 2_000,
  requestTimeout: 15_000,
  pace: 10_000,
  whole: 300_000,
};

/**
 * On a node every step may take 5 s (design.md, Mastership), and is never repeated blindly: who is not sure what
 * came of it looks again.
 */
export const STEP_LIMITS: Limits = {
  maxAttempts: 1,
  connectionTimeout: 1_500,
  requestTimeout: 5_000,
  pace: 5_000,
  whole: 5_000,
};

/** So many requests are under way at once, whatever the size of the pool: EC2 counts them. */
const SOCKETS = 12;

/** For the SDK's handler of requests. */
export const handlerOptions = ({ connectionTimeout, requestTimeout }: Limits) => ({
  connectionTimeout,
  requestTimeout,
  // Without it the SDK only warns, and waits on.
  throwOnRequestTimeout: true,
  httpsAgent: { keepAlive: true, maxSockets: SOCKETS },
  httpAgent: { keepAlive: true, maxSockets: SOCKETS },
});
