// Virtual time: what is to happen, in the order of its moments; it jumps from one to the next.

/** Something that happens once; `off` takes it back. */
export interface Appointment {
  off: boolean;
}

interface Entry extends Appointment {
  readonly at: number;
  /** Of two at the same moment the one that was made first comes first. */
  readonly order: number;
  readonly work: () => void;
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap (Williams, 1964): the first is taken and any may be added in logarithmic time. */
class Heap {
  readonly #entries: Entry[] = [];

  get first(): Entry | undefined {
    return this.#entries[0];
  }

  add(entry: Entry): void {
    const all = this.#entries;
    let at = all.length;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = all[up];
      if (parent === undefined || isBefore(parent, entry)) break;
      all[at] = parent;
      at = up;
    }
    all[at] = entry;
  }

  take(): Entry | undefined {
    const all = this.#entries;
    const [first] = all;
    const last = all.pop();
    if (last !== undefined && all.length > 0) this.#sink(last);
    return first;
  }

  #sink(entry: Entry): void {
    const all = this.#entries;
    let at = 0;
    for (;;) {
      const child = this.#lesserChild(at);
      const below = all[child];
      if (below === undefined || isBefore(entry, below)) break;
      all[at] = below;
      at = child;
    }
    all[at] = entry;
  }

  #lesserChild(at: number): number {
    const [left, right] = [this.#entries[2 * at + 1], this.#entries[2 * at + 2]];
    return left && right && isBefore(right, left) ? 2 * at + 2 : 2 * at + 1;
  }
}

export class Time {
  /** Ms since the simulation began. */
  ms = 0;
  readonly #heap = new Heap();
  #count = 0;

  after(ms: number, work: () => void): Appointment {
    const entry = { at: this.ms + Math.max(0, ms), order: this.#count++, work, off: false };
    this.#heap.add(entry);
    return entry;
  }

  /**
   * Lets time pass until `until`, or until `stop` says so. Node runs what it was given by `nextTick` only once all
   * promises have had their turn: so everybody has done all that can be done at one moment before the next one comes.
   */
  run(until: number, stop: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const later = (): void => process.nextTick(turn);
      const turn = (): void => {
        try {
          if (stop() || !this.#next(until)) resolve();
          else void Promise.resolve().then(later);
        } catch (error) {
          reject(error);
        }
      };
      turn();
    });
  }

  #next(until: number): boolean {
    while (this.#heap.first?.off) this.#heap.take();
    const { first } = this.#heap;
    if (first === undefined || first.at > until) return false;
    this.#heap.take();
    this.ms = first.at;
    first.work();
    return true;
  }
}
