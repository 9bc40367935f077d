// "Did you mean …?": the valid word that is closest to what was typed.
import { distance } from 'fastest-levenshtein';

/** A third of a long word may be wrong, and always two letters. */
const usual = (length: number): number => Math.max(2, Math.floor(length / 3));

/** The nearest of the valid words, or undefined where none is within `reach` letters, given its length. */
export function nearest(typed: string, valid: Iterable<string>, reach = usual): string | undefined {
  let best: { word: string; far: number } | undefined;
  for (const word of valid) {
    const far = distance(typed.toLowerCase(), word);
    if (far < (best?.far ?? Number.POSITIVE_INFINITY)) best = { word, far };
  }
  return best !== undefined && best.far <= reach(best.word.length) ? best.word : undefined;
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(typed: string, valid: Iterable<string>): string {
  const word = nearest(typed, valid);
  return word === undefined ? '' : `; did you mean "${word}"?`;
}
