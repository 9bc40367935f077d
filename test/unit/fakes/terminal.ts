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
  readonly questions: string[] = [];

  say(text: string): void {
    if (!this.quiet) this.write(new TextEncoder().encode(`-- ${text}\n`), this.json ? 'stderr' : 'stdout');
  }
  print(text: string): void {
    this.stdout += `${text}\n`;
  }
  warn(text: string): void {
    this.stderr += `${text}\n`;
  }
  write(chunk: Uint8Array, to: 'stdout' | 'stderr'): void {
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
