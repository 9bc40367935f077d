// Two failures of an answer: it is somebody else's, or it does not come.

/** What came back is none of the service's; the message says what it is. */
export class StrangeAnswer extends Error {
  override readonly name = 'StrangeAnswer';
  readonly status: number;

  constructor(status: number, what: string) {
    super(what);
    this.status = status;
  }
}

/** Too little came in time; with `isLast` the SDK does not repeat the request. */
export class LateAnswer extends Error {
  override readonly name: string;
  readonly code?: string;
  /** What came of the answer, in words; undefined where it did not even begin. */
  readonly came: string | undefined;

  constructor(came: string | undefined, isLast: boolean) {
    super(came ?? 'no answer in time');
    this.came = came;
    // By both the SDK knows what may be repeated.
    this.name = isLast ? 'LateAnswer' : 'TimeoutError';
    if (!isLast) this.code = 'ETIMEDOUT';
  }
}
