// A line with a mark before it, broken at words on a terminal, so that what follows stands below its own beginning.
import { Help } from 'commander';
import type { Terminal } from '../world/world.ts';

/** On a terminal that leaves less than this, lines are as long as this. */
const NARROWEST = 20;

/** `first` as wide as it is seen, without colours. In a pipe every line stays whole, for programs to read. */
export function hanging(
  terminal: Pick<Terminal, 'isTerminal' | 'columns'>,
  first: { readonly text: string; readonly width: number },
  text: string,
): string {
  if (!terminal.isTerminal) return `${first.text}${text}`;
  const help = Object.assign(new Help(), { minWidthToWrap: NARROWEST });
  const lines = help.boxWrap(text, Math.max(NARROWEST, terminal.columns - first.width)).split('\n');
  return first.text + lines.join(`\n${' '.repeat(first.width)}`);
}
