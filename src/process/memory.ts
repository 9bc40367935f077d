// How much memory this process takes for what is thrown away at once.
import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the part of the heap for new objects as small as it began. Without it a stream of a gigabyte makes that part grow to
 * 30 MB, all of it garbage; a program that computes much is quicker with more. The flag is V8's own, and is read at each growth.
 */
export function expectShortLives(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
