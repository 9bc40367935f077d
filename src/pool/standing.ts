// A script that stays on a node: it waits for a line, does its work, tells what came of it, and waits for the next.

import { filtered } from './haproxy-filter.ts';

const END = 'answered';

/**
 * POSIX sh. Runs `script` once for each line of its standard input, until that ends. The script must neither exit nor
 * read standard input, which is empty for it; variables that it sets are still there the next time.
 */
export const standing = (script: string): string =>
  [
    `answer() {\n${script}\n}`,
    `answers() { while read -r question; do answer </dev/null; printf '\\n${END} %s\\n' "$question"; done; }`,
    filtered('answers'),
  ].join('\n');

/** The line that asks for an answer; by its number the answer is known. */
export const questionOf = (number: number): string => `${number}\n`;

/** What follows the answer to this question, whatever that ended with. */
export const endOf = (number: number): string => `\n${END} ${number}\n`;
