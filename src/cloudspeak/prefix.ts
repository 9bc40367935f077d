// Output of several nodes at once: whole lines only, each with its node's name before it.

type Stream = 'stdout' | 'stderr';
type Write = (chunk: Uint8Array, to: Stream) => void;

const NEWLINE = 0x0a;

/** Holds back what is no whole line yet; bytes stay bytes, so that no character is cut in two. */
class Lines {
  #rest = Buffer.alloc(0);
  readonly #emit: (line: Uint8Array) => void;

  constructor(emit: (line: Uint8Array) => void) {
    this.#emit = emit;
  }

  push(chunk: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let end = this.#rest.indexOf(NEWLINE); end >= 0; end = this.#rest.indexOf(NEWLINE)) {
      this.#emit(this.#rest.subarray(0, end + 1));
      this.#rest = this.#rest.subarray(end + 1);
    }
  }

  end(): void {
    if (this.#rest.length > 0) this.push(Buffer.from('\n'));
  }
}

/** A sink for one node's chunks; `end` writes what was left without a newline. */
export function prefixed(prefix: string, write: Write) {
  const to = (stream: Stream) =>
    new Lines((line) => write(Buffer.concat([Buffer.from(prefix), line]), stream));
  const streams = { stdout: to('stdout'), stderr: to('stderr') };
  return {
    push: (chunk: Uint8Array, from: Stream): void => streams[from].push(chunk),
    end: (): void => {
      streams.stdout.end();
      streams.stderr.end();
    },
  };
}
