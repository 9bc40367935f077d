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

/** What is wrong with a key, its value left out, to follow its name; undefined where nothing is. */
export function strangeInKey(text: string): string | undefined {
  const at = text.search(STRANGE);
  return at < 0 ? undefined : `has ${nameOf(text.charAt(at))} ${placeIn(text, at)}`;
}
