// What is wrong with a journal, said to whoever reads it: lines that were cut off or damaged.
import type { JournalText } from '../pool/journal-reader.ts';
import type { Terminal } from '../world/world.ts';

/** On stderr, since the rest was read all the same. */
export function tellTrouble(terminal: Terminal, { records, unread, cutOff }: JournalText): void {
  if (unread.length > 0)
    terminal.warn(
      `the journal is damaged: ${unread.length === 1 ? 'line' : 'lines'} ${unread.join(', ')} cannot be read and ${unread.length === 1 ? 'is' : 'are'} left out`,
    );
  if (cutOff !== undefined)
    terminal.warn(
      `the journal is cut off in the middle of line ${cutOff}; the ${records.length} records before it are read`,
    );
}
