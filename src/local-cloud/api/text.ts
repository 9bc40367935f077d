// Texts from outside: what an answer in XML can carry, and how long they are.
import { ApiError } from './errors.ts';

/** Whatever is no character of XML 1.0: control characters, halves of surrogate pairs, U+FFFE and U+FFFF. */
const OUTSIDE_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const ALL_OUTSIDE_XML = new RegExp(OUTSIDE_XML, 'gu');

/** Throws InvalidParameterValue for a text that would make every later answer unreadable. */
export function checkText(text: string, parameter: string): string {
  const strange = OUTSIDE_XML.exec(text)?.[0];
  if (strange === undefined) return text;
  const code = strange.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  throw new ApiError(
    'InvalidParameterValue',
    `The value of parameter ${parameter} has a character (U+${code}) that XML cannot carry.`,
  );
}

/** The same text, readable as XML whatever was in it. */
export const carried = (text: string): string => text.replace(ALL_OUTSIDE_XML, '\u{FFFD}');

/** Characters as EC2 counts them: code points, not the units of JavaScript's strings. */
export const lengthOf = (text: string): number => [...text].length;

/** Throws InvalidParameterValue for a text of more than so many characters. */
export function checkLength(text: string, most: number, parameter: string): string {
  if (lengthOf(text) <= most) return text;
  throw new ApiError(
    'InvalidParameterValue',
    `The value of parameter ${parameter} is longer than ${most} characters.`,
  );
}
