// Durations as a person writes them (`30s`, `5.minutes`, `45`) to milliseconds and back.

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const WORDS: Readonly<Record<string, string>> = {
  second: 's',
  minute: 'm',
  hour: 'h',
  day: 'd',
  week: 'w',
};
const SHORT = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)$/;
/** The form of 2008, Ruby's `30.seconds`, which is only read, never run. */
const SPOKEN = /^(\d+(?:\.\d+)?)[. ](second|minute|hour|day|week)s?$/;

/** What is accepted, for messages. */
export const DURATION_FORMS = 'a duration like 30s, 5m, 30.seconds or a number of seconds';

/** A duration in milliseconds; a bare number counts seconds. Undefined for anything else. */
export function parseDuration(text: string | number): number | undefined {
  if (typeof text === 'number') return toMs(text, 's');
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return toMs(Number(trimmed), 's');
  const short = SHORT.exec(trimmed);
  if (short) return toMs(Number(short[1]), short[2] ?? '');
  const spoken = SPOKEN.exec(trimmed);
  return spoken ? toMs(Number(spoken[1]), WORDS[spoken[2] ?? ''] ?? '') : undefined;
}

function toMs(count: number, unit: string): number | undefined {
  const ms = Math.round(count * (UNITS[unit] ?? Number.NaN));
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : undefined;
}

/** The shortest way to write it: 90000 → `90s`, 300000 → `5m`. Milliseconds in. */
export function printDuration(ms: number): string {
  if (ms === 0) return '0s';
  // A minute and a half reads better as seconds, so minutes and hours only where they are whole.
  const unit = ['h', 'm', 's'].find((name) => ms % (UNITS[name] ?? 1) === 0) ?? 'ms';
  return `${ms / (UNITS[unit] ?? 1)}${unit}`;
}
