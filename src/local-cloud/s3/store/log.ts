// A bucket's log on disk: one change a line, appended whole or not at all; what a crash cut off never was.
import { appendFile, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { Contents, type Entry } from './contents.ts';

/** The log is written anew where it is this many lines longer than it need be. */
const SLACK = 1_000;

const linesOf = (entries: Iterable<Entry>): string[] =>
  [...entries].map((entry) => `${JSON.stringify(entry)}\n`);

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function entryOf(line: string): Entry | undefined {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
}

export class Log {
  readonly #file: string;
  #bytes: number;

  private constructor(file: string, bytes: number) {
    this.#file = file;
    this.#bytes = bytes;
  }

  /** What is in the bucket by the log in `file`, and the log, to go on with. */
  static async open(file: string): Promise<{ log: Log; contents: Contents }> {
    const text = await textOf(file);
    const lines = text.split('\n');
    const entries = lines.map(entryOf).filter((entry) => entry !== undefined);
    const contents = new Contents();
    for (const entry of entries) contents.apply(entry);
    const log = new Log(file, Buffer.byteLength(text));
    // Beside whole lines there is one empty text, behind the last of them.
    const isWhole = entries.length === lines.length - 1 && lines.at(-1) === '';
    const needed = linesOf(contents.entries());
    if (!isWhole || entries.length > 2 * needed.length + SLACK) await log.#rewrite(needed.join(''));
    return { log, contents };
  }

  async #rewrite(text: string): Promise<void> {
    await writeFile(`${this.#file}.new`, text);
    await rename(`${this.#file}.new`, this.#file);
    this.#bytes = Buffer.byteLength(text);
  }

  /** Rejects, and nothing is there, where the disk does not take it. */
  async append(entries: readonly Entry[]): Promise<void> {
    const text = linesOf(entries).join('');
    try {
      await appendFile(this.#file, text);
      this.#bytes += Buffer.byteLength(text);
    } catch (error) {
      await truncate(this.#file, this.#bytes).catch(() => {});
      throw error;
    }
  }
}
