// Asks the person for passphrases: on the terminal, unseen, whatever stdin and stdout are joined to.
import { openSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { ReadStream, type WriteStream } from 'node:tty';

interface Streams {
  readonly stdin: ReadStream;
  readonly stderr: WriteStream;
}

/** Standard input, or where that is a pipe the terminal that the command was given on. */
function keyboard({ stdin }: Streams): ReadStream | undefined {
  if (stdin.isTTY) return stdin;
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    return undefined;
  }
}

/** A person who is asked one or more times; until `end` nothing that is typed is seen. */
export class Questions {
  readonly #streams: Streams;
  readonly #signal: AbortSignal;
  #input: ReadStream | undefined;
  #dialogue: Interface | undefined;
  /** Typed before they were asked for. */
  #lines: string[] = [];
  #question = '';
  #answer: ((line: string) => void) | undefined;

  /** Whoever waits for an answer has an empty one when `signal` is aborted. */
  constructor(streams: Streams, signal: AbortSignal) {
    this.#streams = streams;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#dialogue?.close());
  }

  /**
   * What was typed, empty after Ctrl-D; undefined where nobody can be asked: stderr, on which the question stands, is
   * not a terminal. Ctrl-C is the process's to handle, as everywhere else.
   */
  async ask(question: string): Promise<string | undefined> {
    const { stderr } = this.#streams;
    if (!stderr.isTTY || this.#signal.aborted) return undefined;
    if (this.#dialogue === undefined && !this.#begin()) return undefined;
    // Only now is what is typed unseen.
    this.#question = question;
    stderr.write(question);
    const line = await this.#next();
    this.#question = '';
    stderr.write('\n');
    return line;
  }

  /** No question can follow: the terminal is as it was before. */
  async end(): Promise<void> {
    if (this.#dialogue === undefined) return;
    // Ctrl-C that was pressed while a passphrase was tried has not been read yet; after one turn it has.
    await setImmediate();
    await setImmediate();
    this.#dialogue?.close();
    this.#dialogue = undefined;
    this.#lines = [];
    if (this.#input !== this.#streams.stdin) this.#input?.destroy();
  }

  #begin(): boolean {
    const input = keyboard(this.#streams);
    if (input === undefined) return false;
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const dialogue = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
    dialogue.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    dialogue.on('SIGTSTP', () => this.#stop(input));
    dialogue.on('line', (line) => this.#take(line));
    dialogue.on('close', () => this.#take(''));
    [this.#input, this.#dialogue] = [input, dialogue];
    return true;
  }

  #take(line: string): void {
    const answer = this.#answer;
    this.#answer = undefined;
    if (answer) answer(line);
    else this.#lines.push(line);
  }

  #next(): Promise<string> {
    const before = this.#lines.shift();
    if (before !== undefined) return Promise.resolve(before);
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  /** Ctrl-Z: the shell has its terminal as it was, and this goes on after it; where no shell can stop us, at once. */
  #stop(input: ReadStream): void {
    input.setRawMode(false);
    process.kill(process.pid, 'SIGTSTP');
    input.setRawMode(true);
    this.#streams.stderr.write(`\n${this.#question}`);
  }
}
