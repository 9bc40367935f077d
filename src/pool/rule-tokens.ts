// The words of a rule with their places, so that an error can point at one.

export interface Token {
  readonly kind:
    | 'name'
    | 'number'
    | 'percent'
    | 'operator'
    | 'duration'
    | 'comma'
    | 'newline'
    | 'open'
    | 'close'
    | 'end'
    | 'bad';
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

// Order matters: a duration begins like a number, `<=` like `<`.
const KINDS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['newline', /\r?\n/y],
  ['duration', /\d+(?:\.\d+)?(?:[. ](?:second|minute|hour|day|week)s?|(?:ms|s|m|h|d|w))\b/y],
  ['percent', /\d+(?:\.\d+)?%/y],
  ['number', /\d+(?:\.\d+)?/y],
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['operator', /<=|>=|==|<|>/y],
  ['comma', /,/y],
  ['open', /\(/y],
  ['close', /\)/y],
  ['bad', /\S/y],
];

function at(text: string, offset: number): readonly [Token['kind'], string] | undefined {
  for (const [kind, pattern] of KINDS) {
    pattern.lastIndex = offset;
    const found = pattern.exec(text);
    if (found) return [kind, found[0]];
  }
  return undefined;
}

/** All tokens of the text; the last is `end`. Lines and columns count from 1. */
export function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  let [offset, line, lineStart] = [0, 1, 0];
  while (offset < text.length) {
    const next = at(text, offset);
    const column = offset - lineStart + 1;
    offset += next?.[1].length ?? 1;
    if (!next) continue;
    found.push({ kind: next[0], text: next[1], line, column });
    if (next[0] === 'newline') [line, lineStart] = [line + 1, offset];
  }
  return [...found, { kind: 'end', text: '', line, column: text.length - lineStart + 1 }];
}
