// Heavy work takes turns: one piece in each round of the event loop, so that whoever else has come is served in between.

/** Bytes from which a request is heavy. */
const HEAVY = 64 * 1024;

let last: Promise<void> = Promise.resolve();

const round = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Resolves when it is the turn of a request of so many bytes; that of a light one comes at once. */
export async function turn(bytes: number): Promise<void> {
  if (bytes < HEAVY) return;
  last = last.then(round);
  await last;
}
