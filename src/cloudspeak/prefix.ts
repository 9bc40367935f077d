// Output of several nodes at once: whole lines only, each with its node's name before it.
import type { OnChunk } from '../world/world.ts';

const NEWLINE = 0x0a;

/** A line that is longer is broken here, so that one without an end does not fill the memory; bytes. */
const LONGEST = 1024 * 1024;

/** Holds back what is no whole line yet; bytes stay bytes, so that no character is cut in two. */
class Lines {
  readonly #prefix: Buffer;
  #rest: Uint8Array[] = [];
  #length = 0;

  constructor(prefix: string) {
    this.#prefix = Buffer.from(prefix);
  }

  /** The whole lines that there are now. */
  push(chunk: Uint8Array): Uint8Array {
    const lines: Uint8Array[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      lines.push(this.#prefix, ...this.#taken(), chunk.subarray(from, end + 1));
      from = end + 1;
    }
    this.#rest.push(chunk.subarray(from));
    this.#length += chunk.length - from;
    if (this.#length > LONGEST) lines.push(this.end());
    return Buffer.concat(lines);
  }

  /** What is left without a newline gets one. */
  end(): Uint8Array {
    if (this.#length === 0) return new Uint8Array();
    return Buffer.concat([this.#prefix, ...this.#taken(), Buffer.from('\n')]);
  }

  #taken(): readonly Uint8Array[] {
    const rest = this.#rest;
    this.#rest = [];
    this.#length = 0;
    return rest;
  }
}

/** Takes one node's output; `end` writes what was left without a newline. */
export function prefixed(prefix: string, write: OnChunk) {
  const streams = { stdout: new Lines(prefix), stderr: new Lines(prefix) };
  const pass = async (lines: Uint8Array, to: 'stdout' | 'stderr'): Promise<void> => {
    if (lines.length > 0) await write(lines, to);
  };
  return {
    push: (chunk: Uint8Array, from: 'stdout' | 'stderr'): Promise<void> =>
      pass(streams[from].push(chunk), from),
    end: async (): Promise<void> => {
      await pass(streams.stdout.end(), 'stdout');
      await pass(streams.stderr.end(), 'stderr');
    },
  };
}
