// The valid word that was probably meant.
import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean "…"?`, or nothing where no valid word is near. */
export function didYouMean(word: string, valid: readonly string[]): string {
  if (valid.length === 0) return '';
  const near = closest(word.toLowerCase(), [...valid]);
  return distance(word.toLowerCase(), near.toLowerCase()) <= Math.max(2, near.length / 3)
    ? `; did you mean "${near}"?`
    : '';
}
