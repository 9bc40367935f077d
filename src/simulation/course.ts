// How demand and capacity went, in as many spans as a drawing has room for.

/** Spans of equal length, first to last. */
export interface Course {
  /** The highest demand within each span, in units. */
  readonly demand: readonly number[];
  /** The mean number of nodes in rotation within each span. */
  readonly capacity: readonly number[];
}

/** More than any drawing shows; few enough to be kept for a year as well as for a day. */
const SPANS = 960;

export class CourseRecord {
  readonly #from: number;
  readonly #scale: number;
  readonly #demand = new Float64Array(SPANS);
  readonly #capacity = new Float64Array(SPANS);
  readonly #ms = new Float64Array(SPANS);

  constructor(from: number, to: number) {
    this.#from = from;
    this.#scale = SPANS / (to - from);
  }

  /** `at`: the beginning of what is recorded, which lasted `ms`. */
  add(at: number, ms: number, demand: number, capacity: number): void {
    const span = Math.min(SPANS - 1, Math.floor((at - this.#from) * this.#scale));
    this.#demand[span] = Math.max(this.#demand[span] ?? 0, demand);
    this.#capacity[span] = (this.#capacity[span] ?? 0) + capacity * ms;
    this.#ms[span] = (this.#ms[span] ?? 0) + ms;
  }

  /** A trace shorter than its spans leaves some without a step: there it goes on as before. */
  course(): Course {
    const demand: number[] = [];
    const capacity: number[] = [];
    for (let span = 0; span < SPANS; span += 1) {
      const ms = this.#ms[span] ?? 0;
      demand.push(ms > 0 ? (this.#demand[span] ?? 0) : (demand.at(-1) ?? 0));
      capacity.push(ms > 0 ? (this.#capacity[span] ?? 0) / ms : (capacity.at(-1) ?? 0));
    }
    return { demand, capacity };
  }
}
