// Makes traces of the shapes that load has, by seed: for tests, and for people who have none of their own.
import { chance } from './chance.ts';
import { type Trace, type TraceRow, traceOf } from './trace.ts';

const STEP = 300_000;
const DAY_ROWS = 288;
const DAYS = 14;
/** Any moment will do, if it is always the same. */
const BEGIN = Date.UTC(2026, 0, 5);
/** Requests in five minutes on a usual day. */
const USUAL = 9_000;

/** One value for each row, as a share of what is usual. `day`: days since the beginning. */
type Shape = (day: number) => number;

/** Low at night, high in the evening, less at weekends. */
const rhythm: Shape = (day) => {
  const wave = 1 - 0.75 * Math.cos(2 * Math.PI * (day - 0.2));
  const isWeekend = Math.floor(day) % 7 >= 5;
  return wave * (isWeekend ? 0.7 : 1);
};

/** Each kind, and how it gets its shape out of chance. */
const SHAPES = {
  daily: () => rhythm,
  bursts: (uniform) => {
    // About twice a day something is three to ten times as popular, for a quarter of an hour or two hours.
    const bursts = Array.from({ length: DAYS * 2 }, () => ({
      from: uniform() * DAYS,
      lasts: (15 + uniform() * 105) / 1_440,
      times: 3 + uniform() * 7,
    }));
    return (day) =>
      bursts.reduce(
        (share, { from, lasts, times }) => (day >= from && day < from + lasts ? share * times : share),
        0.5,
      );
  },
  // Grows to eight times as much within the two weeks, and a rhythm on top.
  ramp: () => (day) => rhythm(day) * 0.4 * 8 ** (day / DAYS),
  'flash-crowd': (uniform) => {
    // One day everybody comes, within minutes, and then fewer every hour.
    const from = DAYS * (0.3 + 0.4 * uniform());
    return (day) => rhythm(day) * (day < from ? 1 : 1 + 3 * Math.exp((from - day) * 8));
  },
} satisfies Readonly<Record<string, (uniform: () => number) => Shape>>;

export type Kind = keyof typeof SHAPES;

export const KINDS = Object.keys(SHAPES) as readonly Kind[];

/** Two weeks, a row for each five minutes. The same kind and seed give the same trace on every machine. */
export function generate(kind: Kind, seed: number): Trace {
  const { uniform, normal } = chance(seed);
  const shape = SHAPES[kind](uniform);
  const rows: TraceRow[] = [];
  for (let row = 0; row < DAYS * DAY_ROWS; row += 1) {
    const noise = Math.max(0, 1 + 0.08 * normal());
    rows.push({ at: BEGIN + row * STEP, value: Math.round(USUAL * shape(row / DAY_ROWS) * noise) });
  }
  return traceOf(`${kind} (seed ${seed})`, rows);
}
