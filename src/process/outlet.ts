// Standard output or standard error: what is written there, whether it went out, and why not.
import { fstatSync, writeSync } from 'node:fs';
import type { WriteStream } from 'node:tty';

/** What went wrong with a write; `isGone`: its reader has left, as `head` does. */
export class Unwritten extends Error {
  readonly isGone: boolean;

  constructor(name: string, cause: NodeJS.ErrnoException) {
    super(`${name} cannot be written: ${cause.message}`, { cause });
    this.name = 'Unwritten';
    this.isGone = cause.code === 'EPIPE' || cause.code === 'ECONNRESET';
  }
}

/** One of the process's two; a test's has no `fd`. */
type Stream = WriteStream & { readonly fd?: number };

type Write = (chunk: Uint8Array, done: (error?: Error | null) => void) => void;

/**
 * A file is written at once and to its last byte: Node's own stream for files takes half a write, as a disk that
 * becomes full makes it, for a whole one.
 */
const intoFile =
  (fd: number): Write =>
  (chunk, done) => {
    try {
      for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
      done();
    } catch (error) {
      done(error as Error);
    }
  };

/** A pipe, a socket or a terminal takes what it can; the rest waits in Node. */
const isFile = (fd: number | undefined, isTTY: boolean): fd is number => {
  if (fd === undefined || isTTY) return false;
  const kind = fstatSync(fd);
  return kind.isFile() || kind.isCharacterDevice() || kind.isBlockDevice();
};

/**
 * Node writes to a terminal until it has taken all, and hears no Ctrl-C meanwhile: one that stands still (a connection
 * that hangs, a window that is stopped) would hold the process for ever. Node has no public way to say otherwise.
 */
function waitNotFor(stream: Stream): void {
  if (!stream.isTTY) return;
  const { _handle: handle } = stream as { _handle?: { setBlocking?(isBlocking: boolean): void } };
  handle?.setBlocking?.(false);
}

export class Outlet {
  /** For what only a terminal has: its width, its cursor. */
  readonly stream: Stream;
  readonly #name: string;
  readonly #write: Write;
  #failure: Unwritten | undefined;
  #fail: (why: Unwritten) => void = () => undefined;
  /** Resolves with the first failure; what is written after it is thrown away. */
  readonly failed = new Promise<Unwritten>((resolve) => {
    this.#fail = resolve;
  });
  #last: Promise<void> = Promise.resolve();

  constructor(stream: Stream, name: string) {
    this.stream = stream;
    this.#name = name;
    const { fd } = stream;
    this.#write = isFile(fd, stream.isTTY) ? intoFile(fd) : (chunk, done) => void stream.write(chunk, done);
    waitNotFor(stream);
    stream.on('error', (error) => this.#broken(error));
  }

  get failure(): Unwritten | undefined {
    return this.#failure;
  }

  /** Resolves when it went out, or when it cannot any more. Whoever has much to say waits for that before the next. */
  write(text: string | Uint8Array): Promise<void> {
    if (this.#failure) return Promise.resolve();
    const chunk = typeof text === 'string' ? Buffer.from(text) : text;
    this.#last = new Promise((resolve) => {
      this.#write(chunk, (error) => {
        if (error) this.#broken(error);
        resolve();
      });
    });
    return this.#last;
  }

  /** Resolves when all that was written went out, or when it cannot any more. */
  async written(): Promise<void> {
    await Promise.race([this.#last, this.failed]);
  }

  #broken(error: Error): void {
    if (this.#failure) return;
    this.#failure = new Unwritten(this.#name, error);
    this.#fail(this.#failure);
  }
}
