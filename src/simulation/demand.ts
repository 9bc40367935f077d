// The load of a trace as demand, in units of one instance: 1 keeps all vCPUs of one instance busy.
import type { Trace } from './trace.ts';

export interface Demand {
  /** Ms since 1970: from the first row until the last one has held for a step. */
  readonly from: number;
  readonly to: number;
  /** When each value begins, and the demand from then on. */
  readonly times: readonly number[];
  readonly units: readonly number[];
  /** What one unit is of the trace's own. */
  readonly unit: number;
}

/** The value in the middle of all rows; of those above zero where that is none. */
function medianOf(values: readonly number[]): number {
  const middle = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;
  const sorted = values.toSorted((a, b) => a - b);
  return middle(sorted) || middle(sorted.filter((value) => value > 0));
}

/** `scale`: how many instances the trace's median keeps busy. */
export function demandOf({ rows, step }: Trace, scale: number): Demand {
  // A trace without any load has no unit, and needs none.
  const unit = medianOf(rows.map(({ value }) => value)) / scale || 1;
  const from = rows[0]?.at ?? 0;
  return {
    from,
    to: (rows.at(-1)?.at ?? from) + step,
    times: rows.map(({ at }) => at),
    units: rows.map(({ value }) => value / unit),
    unit,
  };
}

/** Walks through a demand once, forwards. */
export class DemandWalk {
  readonly #demand: Demand;
  #row = 0;

  constructor(demand: Demand) {
    this.#demand = demand;
  }

  /** The mean demand from one moment to a later one, in units. */
  mean(from: number, to: number): number {
    const { times, units } = this.#demand;
    while (from >= (times[this.#row + 1] ?? Number.POSITIVE_INFINITY)) this.#row += 1;
    const next = times[this.#row + 1] ?? Number.POSITIVE_INFINITY;
    if (to <= next) return units[this.#row] ?? 0;
    const [first, later] = [(next - from) * (units[this.#row] ?? 0), this.mean(next, to) * (to - next)];
    return (first + later) / (to - from);
  }
}
