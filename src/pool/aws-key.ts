// What no key of AWS has in it: neither ids nor secrets nor session tokens hold blanks, quotation marks or letters of other scripts.

const STRANGE = /[^\x21-\x7e]|["']/;

/** In the order in which they are looked for. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\n/, 'a line end'],
  [/\r/, 'a carriage return'],
  [/[ \t]/, 'a blank'],
  [/["']/, 'a quotation mark'],
  [/[^\x80-\uffff]/, 'a control character'],
];

const nameOf = (one: string): string =>
  NAMES.find(([kind]) => kind.test(one))?.[1] ?? 'a character that is not ASCII';

function placeIn(text: string, at: number): string {
  if (at === 0) return 'at its beginning';
  const isEnd = [...text.slice(at)].every((one) => STRANGE.test(one));
  return isEnd ? 'at its end' : 'inside';
}

/** The first character that no key has, and where; undefined where there is none. */
export function strangeInKey(text: string): string | undefined {
  const at = text.search(STRANGE);
  return at < 0 ? undefined : `has ${nameOf(text.charAt(at))} ${placeIn(text, at)}`;
}

/** In characters. Session tokens of AWS have up to some 4,000; web servers take headers of 8 to 16 KiB. */
const LONGEST = 12 * 1024;

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** What is wrong with a key, its value left out, to follow its name; undefined where nothing is. */
export function unlikeKey(value: unknown): string | undefined {
  if (typeof value !== 'string') return `is ${kindOf(value)}, and must be a text`;
  if (value === '') return 'is empty';
  if (value.length > LONGEST) return `has ${value.length} characters, more than a request can carry`;
  const why = strangeInKey(value);
  return why && `${why}, which no key of AWS has`;
}
