// What our script says, apart from what the login shell of a node says of its own: before it, at its end, and later.

const wordOf = (nonce: string): string => `poolparty-${nonce}`;

/**
 * The first line of the input: a login shell that reads its input would take that from us. One that becomes another shell
 * (exec zsh), which takes its input for commands, ends by it.
 */
const firstLine = (word: string): string => `exit 1 # ${word}`;

/** The script that reads its input as `framed` gives it, as sshd's one line: it has to mean the same to every login shell. */
const READER = [
  // In this order: where a login shell has made one of both streams, stdout's marks are the inner ones.
  'echo WORD-begins-stderr >&2; echo WORD-begins-stdout',
  'read -r script',
  `[ "$script" = "${firstLine('WORD')}" ] || { echo "its login shell reads what is meant for our script; look for read and cat in its .bashrc" >&2; exit 1; }`,
  // So what a script says stands in no process list and in no log of the login shell or of sudo.
  // In a shell of its own, for it may exit, and end itself by its number ($$).
  '/bin/sh -c "script=\\$(head -c BYTES); eval \\"\\$script\\""',
  'set -- $?',
  'echo WORD-ends-stdout $1; echo WORD-ends-stderr $1 >&2',
  'exit $1',
].join('; ');

/** The same to a shell. The line itself, which a script may print with all processes (ps), is to hold no mark. */
const unlike = (word: string): string => word.replace('-', '""-');

/** A shell's line that runs the script of so many bytes which follows `nonce` on its input, and marks where its output begins and ends. */
export const readScript = (bytes: number, nonce: string): string =>
  `/bin/sh -c '${READER.replaceAll('WORD', unlike(wordOf(nonce))).replace('BYTES', `${bytes}`)}'`;

/** What comes first on its input. */
export const framed = (script: string, nonce: string): Buffer =>
  Buffer.from(`${firstLine(wordOf(nonce))}\n${script}`);

const NOTHING = Buffer.alloc(0);

/** Of what is said before a script begins, only so much is kept, in bytes. */
const MOST = 64 * 1024;

/** How many bytes at the end of `text` may be the beginning of `mark`. */
function begun(text: Buffer, mark: Buffer): number {
  for (let length = Math.min(text.length, mark.length - 1); length > 0; length -= 1)
    if (text.subarray(-length).equals(mark.subarray(0, length))) return length;
  return 0;
}

/** `done`: the other stream's end has been found on this one, too. */
type Where = 'before' | 'within' | 'after' | 'done';

/** One of both streams of one script. */
export class Frame {
  readonly #begins: Buffer;
  readonly #ends: Buffer;
  /** Of the other stream: a login shell may have made one of both. */
  readonly #others: Buffer;
  readonly #passesLate: boolean;
  #where: Where = 'before';
  /** What has come and is not told yet: before the beginning, or perhaps a part of the end's mark. */
  #held: Buffer = NOTHING;
  #code: number | undefined;

  /** `late`: what comes after the script's end is told as well: its background jobs may say it. */
  constructor(nonce: string, from: 'stdout' | 'stderr', { late = false } = {}) {
    this.#begins = Buffer.from(`${wordOf(nonce)}-begins-${from}\n`);
    this.#ends = Buffer.from(`${wordOf(nonce)}-ends-${from} `);
    const other = from === 'stdout' ? 'stderr' : 'stdout';
    this.#others = Buffer.from(`${wordOf(nonce)}-ends-${other} `);
    this.#passesLate = late;
  }

  /** The exit code of the script, where it has ended and said so. */
  get code(): number | undefined {
    return this.#code;
  }

  get hasBegun(): boolean {
    return this.#where !== 'before';
  }

  /** What was said before the script, or without one. */
  get talk(): string {
    return this.#where === 'before' ? this.#held.toString() : '';
  }

  /** What of this piece, and of what was held back so far, is the script's. */
  push(chunk: Buffer): Buffer {
    if (this.#where === 'done') return chunk;
    if (this.#where === 'after' && !this.#passesLate) return NOTHING;
    const text = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = NOTHING;
    if (this.#where === 'before') return this.#begin(text);
    return this.#where === 'within' ? this.#pass(text) : this.#passLate(text);
  }

  /** What was held back, where nothing more comes. */
  rest(): Buffer {
    const held = this.hasBegun ? this.#held : NOTHING;
    if (this.hasBegun) this.#held = NOTHING;
    return held;
  }

  #begin(text: Buffer): Buffer {
    const at = text.indexOf(this.#begins);
    if (at < 0) {
      this.#held = text.subarray(-MOST);
      return NOTHING;
    }
    this.#where = 'within';
    return this.#pass(text.subarray(at + this.#begins.length));
  }

  #pass(text: Buffer): Buffer {
    return this.#until(this.#ends, text, (own, line, more) => {
      this.#where = 'after';
      this.#code = Number(line);
      return this.#passesLate ? Buffer.concat([own, this.#passLate(more)]) : own;
    });
  }

  #passLate(text: Buffer): Buffer {
    return this.#until(this.#others, text, (own, _, more) => {
      this.#where = 'done';
      return Buffer.concat([own, more]);
    });
  }

  /** What comes before the mark, held back where it may be the mark's beginning; `found` gets the rest of its line, and what follows. */
  #until(mark: Buffer, text: Buffer, found: (own: Buffer, line: string, more: Buffer) => Buffer): Buffer {
    const at = text.indexOf(mark);
    const end = at < 0 ? -1 : text.indexOf('\n', at);
    if (end >= 0)
      return found(
        text.subarray(0, at),
        text.toString('latin1', at + mark.length, end),
        text.subarray(end + 1),
      );
    const own = at < 0 ? text.length - begun(text, mark) : at;
    this.#held = text.subarray(own);
    return text.subarray(0, own);
  }
}
