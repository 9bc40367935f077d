// The person's terminal: steps, results and diagnostics, each where it belongs.
import { createInterface } from 'node:readline/promises';
import { Chalk, type ChalkInstance } from 'chalk';
import type { Outlet } from '../process/outlet.ts';
import type { Own } from '../process/own.ts';
import type { LiveView, Terminal } from './world.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface Manner {
  /** Steps are silent; results are not. */
  readonly quiet: boolean;
  /** Stdout holds one document and nothing else. */
  readonly json: boolean;
}

/** FORCE_COLOR and NO_COLOR as their conventions have it (force-color.org, no-color.org), else: is it a terminal? */
export function wantsColour(env: Env, isTerminal: boolean): boolean {
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (env['NO_COLOR']) return false;
  return isTerminal && env['TERM'] !== 'dumb';
}

/**
 * Texts of others (a tag, an error, a node's last words) may move no cursor and clear no screen: all but the line's end,
 * the tabulator and colours is shown as a character reference.
 */
const visible = (text: string): string =>
  text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
    /\u001b(?!\[[\d;]*m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]/g,
    (one) => `\\x${(one.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
  );

/** The same of what we paint nothing in: colours there are others'. */
const colourless = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences of colours begin with one
  visible(text.replace(/\u001b\[[\d;]*m/g, ''));

type Redraw = ((text: string) => void) & { clear(): void; done(): void };

class RealTerminal implements Terminal {
  readonly isTerminal: boolean;
  readonly paint: ChalkInstance;
  readonly #streams: Own;
  readonly #manner: Manner;
  readonly #redraw: Redraw | undefined;
  /** What the live view shows now: it must step aside for every other line. */
  #shown: string | undefined;

  constructor(streams: Own, manner: Manner, env: Env, redraw: Redraw | undefined) {
    this.#streams = streams;
    this.#manner = manner;
    this.#redraw = redraw;
    this.isTerminal = Boolean(streams.stdout.stream.isTTY);
    this.paint = new Chalk({ level: wantsColour(env, this.isTerminal) ? 1 : 0 });
  }

  get columns(): number {
    return this.#streams.stdout.stream.columns || 80;
  }

  say(text: string): void {
    if (this.#manner.quiet) return;
    this.#line(this.#manner.json ? this.#streams.stderr : this.#streams.stdout, colourless(`-- ${text}`));
  }

  print(text: string): void {
    this.#line(this.#streams.stdout, visible(text));
  }

  warn(text: string): void {
    this.#line(this.#streams.stderr, colourless(text));
  }

  async write(chunk: Uint8Array, to: 'stdout' | 'stderr'): Promise<void> {
    const outlet = this.#streams[to];
    await outlet.write(chunk);
    if (outlet.failure) throw outlet.failure;
  }

  /** The question goes to stderr, so that it is seen where stdout is piped away. */
  async ask(question: string): Promise<boolean> {
    const { stdin } = this.#streams;
    const { stream: stderr } = this.#streams.stderr;
    if (!(stdin.isTTY && stderr.isTTY)) return false;
    const dialogue = createInterface({ input: stdin, output: stderr });
    // Ctrl-C in the dialogue is the process's to handle, as everywhere else.
    dialogue.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    const closed = new Promise<string>((resolve) => dialogue.once('close', () => resolve('')));
    const answer = await Promise.race([dialogue.question(`${question} [y/N] `), closed]);
    dialogue.close();
    return /^y(es)?$/i.test(answer.trim());
  }

  live(): LiveView | undefined {
    const redraw = this.#redraw;
    if (redraw === undefined) return undefined;
    return {
      update: (lines) => {
        this.#shown = visible(lines.join('\n'));
        redraw(this.#shown);
      },
      done: () => {
        this.#shown = undefined;
        redraw.done();
      },
    };
  }

  /** Nobody waits for a line: what a slow reader has not taken yet is waited for at the end. */
  #line(outlet: Outlet, text: string): void {
    if (this.#shown !== undefined) this.#redraw?.clear();
    void outlet.write(`${text}\n`);
    if (this.#shown !== undefined) this.#redraw?.(this.#shown);
  }
}

/** The terminal that a command speaks to. What draws live views is loaded only where there will be one. */
export async function createTerminal(streams: Own, manner: Manner, env: Env): Promise<Terminal> {
  const drawsLive = streams.stdout.stream.isTTY && !manner.quiet && !manner.json && env['TERM'] !== 'dumb';
  const redraw = drawsLive ? (await import('log-update')).createLogUpdate(streams.stdout.stream) : undefined;
  return new RealTerminal(streams, manner, env, redraw);
}
