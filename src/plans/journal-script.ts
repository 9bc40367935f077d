// The journal on a node: the scripts that append to it and read it (templates/journal.sh), and what they answer.
import { command } from '../pool/shell.ts';

/** `said` and `records` are lines; the script and what it is to read from standard input. */
export function keepScript(
  template: string,
  pool: string,
  word: string,
  records: readonly string[],
): { readonly script: string; readonly stdin: Uint8Array } {
  if (records.length === 0)
    return { script: [template, 'keep_word'].join('\n'), stdin: new TextEncoder().encode(`${word}\n`) };
  const stdin = new TextEncoder().encode([word, ...records, ''].join('\n'));
  return { script: [template, command('keep_journal', pool, `${stdin.length}`)].join('\n'), stdin };
}

/** Did that node have no journal until now? */
export const hadNone = (stdout: string): boolean => stdout.split('\n').includes('new');

/** All records, but for old parts that hold none after `since` (ms since 1970). */
export const tellScript = (template: string, pool: string, since: number): string =>
  [template, command('tell_journal', pool, `${Math.floor(since / 1_000)}`)].join('\n');

/** What is appended from now on, after the last records; it goes on until it is ended. */
export const followScript = (template: string, pool: string): string =>
  [template, command('follow_journal', pool)].join('\n');
