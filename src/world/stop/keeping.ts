// What a stop could not remove, and why: the rest goes without it, and the person is told at the end.
import { PoolError } from '../../pool/failure.ts';

/** One thing that is still there: a node, an address, the group. */
interface Kept {
  readonly what: string;
  readonly why: string;
}

/** EC2 has heard the request and says no; silence and an expired login are no such thing. */
const isRefusal = (error: unknown): error is PoolError =>
  error instanceof PoolError &&
  error.message.startsWith('EC2 refused ') &&
  !/: (ExpiredToken|RequestExpired|RequestLimitExceeded): /.test(error.message);

export class Keeping {
  readonly #kept = new Map<string, Kept>();

  /** `what`: in a person's words, with its id. */
  keep(id: string, what: string, why: string): void {
    this.#kept.set(id, { what, why });
  }

  /** Runs one removal; a refusal is noted and the stop goes on. False where it was refused. */
  async unlessRefused(id: string, what: string, remove: () => Promise<void>): Promise<boolean> {
    try {
      await remove();
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.keep(id, what, error.message);
      return false;
    }
  }

  get ids(): ReadonlySet<string> {
    return new Set(this.#kept.keys());
  }

  /** Throws, naming each, where anything is still there. */
  complain(): void {
    const kept = [...this.#kept.values()];
    if (kept.length === 0) return;
    const things = kept.length === 1 ? 'one thing of the pool is' : `${kept.length} things of the pool are`;
    throw new PoolError(`${things} still there; mend what is said of it, then run pool stop again`, {
      details: kept.map(({ what, why }) => `${what}: ${why}`),
    });
  }
}
