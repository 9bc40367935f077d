// One standard input for several nodes: each gets all of it, no faster than the slowest takes it.

type Piece = IteratorResult<Uint8Array, unknown>;

interface Waiting {
  resolve(piece: Piece): void;
  reject(why: unknown): void;
}

/** One of those that the input goes to. */
export interface Share {
  readonly input: AsyncIterable<Uint8Array>;
  /** It takes no more: the others do not wait for it. */
  leave(): void;
}

const END: Piece = { done: true, value: undefined };

class Spread {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #shares = new Set<Share>();
  readonly #waiting = new Map<Share, Waiting>();
  #isReading = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  share(): Share {
    const next = (): Promise<Piece> => this.#next(share);
    const leave = (): void => this.#leave(share);
    const share: Share = { leave, input: { [Symbol.asyncIterator]: () => ({ next }) } };
    this.#shares.add(share);
    return share;
  }

  #next(share: Share): Promise<Piece> {
    if (!this.#shares.has(share)) return Promise.resolve(END);
    return new Promise((resolve, reject) => {
      this.#waiting.set(share, { resolve, reject });
      this.#read();
    });
  }

  #leave(share: Share): void {
    this.#shares.delete(share);
    this.#waiting.get(share)?.resolve(END);
    this.#waiting.delete(share);
    this.#read();
  }

  #read(): void {
    if (this.#isReading || this.#waiting.size === 0 || this.#waiting.size < this.#shares.size) return;
    this.#isReading = true;
    this.#source.next().then(
      (piece) => this.#give((one) => one.resolve(piece)),
      (error: unknown) => this.#give((one) => one.reject(error)),
    );
  }

  #give(how: (one: Waiting) => void): void {
    this.#isReading = false;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const one of all) how(one);
  }
}

/** So many shares of one input; none of them gets anything before all of them, but for those that left, want it. */
export function spread(source: AsyncIterable<Uint8Array>, count: number): readonly Share[] {
  const all = new Spread(source);
  return Array.from({ length: count }, () => all.share());
}
