// Waiting for work, but not for ever: whichever comes first ends it, and nothing stays behind.
import { describe, expect, it } from 'vitest';
import { realClock } from '../../../src/world/clock.ts';

const never = new Promise<never>(() => undefined);

describe('atMost', () => {
  it.each([
    ['the work ends', () => realClock.atMost(60_000, Promise.resolve())],
    ['the work fails', () => realClock.atMost(60_000, Promise.reject(new Error('broken')))],
    ['the time is over', () => realClock.atMost(1, never)],
    ['the signal came before', () => realClock.atMost(60_000, never, AbortSignal.abort())],
    ['the signal comes', () => realClock.atMost(60_000, never, AbortSignal.timeout(1))],
  ])('ends when %s', async (_what, wait) => {
    await expect(wait()).resolves.toBeUndefined();
  });
});
