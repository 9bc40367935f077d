// What a maintainer takes up from the one before it: the memory that goes with each last word, on its own clock.
import { longestGap } from '../auto-scaling/holding.ts';
import type { LastWord, PolicySettings } from '../pool/journal.ts';
import type { Remembered } from '../pool/sight.ts';

/** The moment at which it is taken up: ms since 1970, and the same moment on the clock that never runs backwards. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** Clocks of two machines differ by so much, ms: a word of the near future is one of now. */
const SKEW = 5_000;

/**
 * The memory of the last word, as if the former maintainer had looked from here; undefined where that was too long ago
 * to say anything about the time between. Under other rules it does not say since when they have held.
 */
export function takenUp(word: LastWord, settings: PolicySettings, now: Moment): Remembered | undefined {
  const { memory } = word;
  const age = now.wall - Date.parse(word.time);
  if (memory === undefined || age < -SKEW || age > longestGap(settings.polling_time)) return undefined;
  const then = now.monotonic - Math.max(0, age);
  const here = (at: number): number => at - memory.at + then;
  const { remembered } = memory;
  const isSame =
    memory.expand_when === settings.expand_when && memory.contract_when === settings.contract_when;
  return {
    ...remembered,
    lookedAt: remembered.lookedAt === undefined ? undefined : here(remembered.lookedAt),
    heldSince: isSame ? remembered.heldSince.map((at) => (at === null ? null : here(at))) : [],
    changedAt: here(remembered.changedAt),
    failedAt: here(remembered.failedAt),
    replacedAt: remembered.replacedAt.map(here),
  };
}
