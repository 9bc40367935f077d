// One script that stays on one node: it is begun once, and answers each question with what it prints.
import { BrokenConnection, PoolError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import { endOf, questionOf } from '../../pool/standing.ts';
import type { RunOptions } from '../world.ts';

/** No script has so much to say, in bytes: a node that never ends an answer is not listened to for ever. */
const MOST = 16 * 1024 * 1024;

/** Runs the script with this input; settles when it has ended or could not be begun. */
export type Begin = (
  input: AsyncIterable<Uint8Array>,
  options: Required<Pick<RunOptions, 'onChunk' | 'timeout' | 'signal'>>,
) => Promise<unknown>;

interface Asked {
  /** What ends its answer. */
  readonly end: Buffer;
  resolve(answer: string): void;
  reject(why: Error): void;
}

export class Session {
  readonly #node: Node;
  readonly #stop = new AbortController();
  readonly #questions: string[] = [];
  #more: () => void = () => undefined;
  #isOver = false;
  #number = 0;
  #heard: Uint8Array[] = [];
  #length = 0;
  #asked: Asked | undefined;
  #answer: Promise<string> | undefined;

  constructor(node: Node, begin: Begin) {
    this.#node = node;
    const onChunk: RunOptions['onChunk'] = (chunk, from) => {
      if (from === 'stdout') this.#hear(chunk);
    };
    const { signal } = this.#stop;
    begin(this.#input(), { onChunk, timeout: Number.POSITIVE_INFINITY, signal }).then(
      () => this.#over(new BrokenConnection(`${this.#who}: what answers there has ended; it is begun anew`)),
      (error: unknown) => this.#over(error instanceof Error ? error : new Error(String(error))),
    );
  }

  /** Whether it has ended, for whatever reason: another is needed for the next question. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Rejects with PoolError when no whole answer comes within `timeout` ms, or when the script or the connection ends;
   * the session is over then, so that a late answer is never taken for the next one's. Who asks while a question is
   * under way gets the answer to that one.
   */
  async ask(timeout: number): Promise<string> {
    if (this.#asked && this.#answer) return await this.#answer;
    const timer = setTimeout(() => this.#end(this.#tooLong(timeout)), timeout);
    try {
      return await this.#question();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the script; a question under way fails. */
  close(): void {
    this.#end(new BrokenConnection(`${this.#who}: the session was closed`));
  }

  #question(): Promise<string> {
    this.#number += 1;
    const end = Buffer.from(endOf(this.#number));
    const answer = new Promise<string>((resolve, reject) => {
      this.#asked = { end, resolve, reject };
    });
    this.#answer = answer;
    this.#questions.push(questionOf(this.#number));
    this.#more();
    return answer;
  }

  async *#input(): AsyncGenerator<Uint8Array> {
    while (!this.#isOver) {
      const line = this.#questions.shift();
      if (line !== undefined) yield Buffer.from(line);
      else
        await new Promise<void>((resolve) => {
          this.#more = resolve;
        });
    }
  }

  /** What comes unasked (a shell's greeting) is nobody's answer. */
  #hear(chunk: Uint8Array): void {
    if (this.#asked === undefined) return;
    this.#heard.push(chunk);
    this.#length += chunk.length;
    const heard = this.#heardUpTo(this.#asked.end);
    if (heard) this.#settle(({ resolve }) => resolve(heard.toString('utf8')));
    else if (this.#length > MOST) this.#end(new PoolError(`${this.#who}: an answer without end`));
  }

  /** The end, too, may come in pieces; what a login shell's job says after it is no part of the answer. */
  #heardUpTo(end: Buffer): Buffer | undefined {
    const [last, former] = [this.#heard.at(-1), this.#heard.at(-2)];
    if (last === undefined) return undefined;
    const isLong = former === undefined || former.length >= end.length;
    const tail = isLong ? Buffer.concat([former ?? Buffer.alloc(0), last]) : Buffer.concat(this.#heard);
    if (!tail.includes(end)) return undefined;
    const all = Buffer.concat(this.#heard);
    return all.subarray(0, all.lastIndexOf(end));
  }

  #settle(how: (asked: Asked) => void): void {
    const asked = this.#asked;
    this.#asked = undefined;
    this.#heard = [];
    this.#length = 0;
    if (asked) how(asked);
  }

  #end(why: Error): void {
    this.#over(why);
    this.#stop.abort();
  }

  #over(why: Error): void {
    this.#isOver = true;
    this.#more();
    this.#settle(({ reject }) => reject(why));
  }

  get #who(): string {
    return `${this.#node.name} (${this.#node.id})`;
  }

  #tooLong(timeout: number): PoolError {
    return new PoolError(`${this.#who}: no answer within ${timeout / 1_000} s`);
  }
}
