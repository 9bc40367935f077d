// Words for a POSIX shell: quoted in one place, so that nothing that a user says is ever read as syntax.

const PLAIN = /^[A-Za-z0-9_/:=.,@%+-]+$/;

/**
 * One word, safe for any POSIX shell; plain words stay readable.
 * Throws where a NUL stands in it: no shell can carry one.
 */
export function quote(word: string): string {
  if (word.includes('\0')) throw new Error('a NUL cannot be passed to a shell');
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A command from its words. */
export const command = (...words: readonly string[]): string => words.map(quote).join(' ');
