// A terminal that remembers what was said.
import { Chalk } from 'chalk';
import type { LiveView, Terminal } from '../../../src/world/world.ts';

/** Records what was said, where; answers questions with `answer`. */
export class FakeTerminal implements Terminal {
  isTerminal = false;
  columns = 100;
  paint = new Chalk({ level: 0 });
  quiet = false;
  json = false;
  stdout = '';
  stderr = '';
  answer = false;
  /** Why nothing can be written by a remote command, where that is so. */
  refusal: { readonly to: 'stdout' | 'stderr'; readonly why: Error } | undefined;
  readonly questions: string[] = [];

  say(text: string): void {
    if (!this.quiet) this[this.json ? 'stderr' : 'stdout'] += `-- ${text}\n`;
  }
  print(text: string): void {
    this.stdout += `${text}\n`;
  }
  warn(text: string): void {
    this.stderr += `${text}\n`;
  }
  async write(chunk: Uint8Array, to: 'stdout' | 'stderr'): Promise<void> {
    if (this.refusal?.to === to) throw this.refusal.why;
    this[to] += new TextDecoder().decode(chunk);
  }
  async ask(question: string): Promise<boolean> {
    this.questions.push(question);
    return this.answer;
  }
  live(): LiveView | undefined {
    return undefined;
  }
}
