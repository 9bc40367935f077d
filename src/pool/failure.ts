// A failure that the user can act on: one line that says what, where, why, and what to do next.

/** Exit codes of contract.md: 1 the operation failed, 2 usage or configuration (nothing was touched). */
export type ExitCode = 1 | 2 | 130;

export class PoolError extends Error {
  readonly code: ExitCode;
  /** Lines shown below the message: a log's tail, a list of choices. */
  readonly details: readonly string[];

  constructor(
    message: string,
    options: { code?: ExitCode; details?: readonly string[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'PoolError';
    this.code = options.code ?? 1;
    this.details = options.details ?? [];
  }
}

/** The request itself is wrong: exit code 2, and nothing was touched. */
export const usageError = (message: string, details: readonly string[] = []): PoolError =>
  new PoolError(message, { code: 2, details });

/** A connection ended in the middle of a command: nobody knows how far that came. */
export class BrokenConnection extends PoolError {}

/** A node to which nothing of a change has come: what is wrong there is its own, and says nothing about the change. */
export class Untouched extends PoolError {}

/** What went wrong on the machine that the command runs on: no node is to blame, and no waiting mends it. */
export class OwnTrouble extends PoolError {}

/** The same before anything was touched: exit code 2. */
export const ownUsage = (message: string, cause?: unknown): OwnTrouble =>
  new OwnTrouble(message, { code: 2, cause });
