// The whole of an answer's body, as long as it comes on.
import type { Readable } from 'node:stream';
import { LateAnswer } from './answer-trouble.ts';

export interface BodyLimits {
  /** So long the next 10 KiB, or the end, may take to come; ms. */
  readonly pace: number;
  /** For all of it; ms. */
  readonly whole: number;
}

/** In bytes. A page of a thousand instances has some 5 MiB. */
const LEAST = 10 * 1024;
const MOST = 64 * 1024 * 1024;

/** Destroys the body when it has become too slow; gives what ends that. */
function watch(body: Readable, size: () => number, { pace, whole }: BodyLimits): () => void {
  let before = 0;
  const fail = (ms: number) =>
    body.destroy(new LateAnswer(`${size() - before} bytes in ${Math.round(ms / 100) / 10} s`, false));
  const beat = setInterval(() => {
    if (size() - before < LEAST) fail(pace);
    before = size();
  }, pace);
  const end = setTimeout(() => {
    before = 0;
    fail(whole);
  }, whole);
  return () => {
    clearInterval(beat);
    clearTimeout(end);
  };
}

/**
 * `look` gets all that has come so far and returns whether it wants more; what it throws ends the answer. Throws
 * LateAnswer.
 */
export async function wholeBody(
  body: Readable,
  limits: BodyLimits,
  look: (soFar: Buffer) => boolean,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  let isLooking = true;
  const done = watch(body, () => size, limits);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MOST) throw new LateAnswer(`more than ${MOST / 1024 / 1024} MiB without an end`, true);
      if (isLooking) isLooking = look(Buffer.concat(chunks));
    }
  } finally {
    done();
  }
  return Buffer.concat(chunks);
}
