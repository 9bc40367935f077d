// The lines of a .gitignore as git itself reads them. Names and patterns are bytes, as latin1 texts.
import { usageError } from '../pool/failure.ts';

/** What the lines say of a name: it is left out, it is asked for, or nothing. */
export type Verdict = 'out' | 'in' | undefined;

interface Rule {
  readonly verdict: 'out' | 'in';
  readonly foldersAlone: boolean;
  /** The whole path counts, not only the last name. */
  readonly wholePath: boolean;
  readonly matches: RegExp;
}

/** Nothing has this name. */
const NOTHING = '(?!)';
/** No path is longer (Linux: PATH_MAX), in bytes. */
const LONGEST = 4_095;
/** What `*` is: part of one name. */
const SOME = '[^/]*';
/** What `**` is: any number of folders, and whatever is left of the path. */
const FOLDERS = '(?:.*/)?';
const REST = '.*';
/** The same, as little of it as will do. */
const FEWEST: Readonly<Record<string, string>> = { [FOLDERS]: '(?:.*?/)??', [REST]: '.*?' };

/** Names of sets of bytes, in the locale C. */
const SETS: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: String.raw` \t`,
  cntrl: String.raw`\x00-\x1f\x7f`,
  digit: '0-9',
  graph: String.raw`\x21-\x7e`,
  lower: 'a-z',
  print: String.raw`\x20-\x7e`,
  punct: String.raw`\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e`,
  space: String.raw`\t-\r `,
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

const byte = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** A part of a pattern, as a regular expression; undefined where the pattern can mean nothing. */
interface Part {
  readonly source: string | undefined;
  /** Where the next part begins. */
  readonly next: number;
}

/** One character in brackets, which a backslash may protect. */
function charAt(pattern: string, at: number): { readonly char: string; readonly next: number } | undefined {
  const from = pattern[at] === '\\' ? at + 1 : at;
  const char = pattern[from];
  return char === undefined ? undefined : { char, next: from + 1 };
}

const NAMED = /\[:([^\]]*):\]/y;

/** One member of a set in brackets: `[:alpha:]`, `a-z` or `a`. */
function member(pattern: string, at: number): Part {
  NAMED.lastIndex = at;
  const [all, name = ''] = NAMED.exec(pattern) ?? [];
  if (all !== undefined) return { source: SETS[name], next: at + all.length };
  const first = charAt(pattern, at);
  if (first === undefined) return { source: undefined, next: at };
  const isRange = pattern[first.next] === '-' && ![undefined, ']'].includes(pattern[first.next + 1]);
  const last = isRange ? charAt(pattern, first.next + 1) : first;
  if (last === undefined) return { source: undefined, next: at };
  // A range that is the wrong way round holds nothing but what stands at its beginning.
  const source = last.char < first.char ? byte(first.char) : `${byte(first.char)}-${byte(last.char)}`;
  return { source, next: last.next };
}

/** A set in brackets; `]` at its beginning is one of its members. */
function set(pattern: string, at: number): Part {
  const isNegated = /[!^]/.test(pattern[at + 1] ?? '');
  const members: string[] = [];
  let place = at + (isNegated ? 2 : 1);
  do {
    const { source, next } = member(pattern, place);
    if (source === undefined || place >= pattern.length) return { source: undefined, next };
    members.push(source);
    place = next;
  } while (pattern[place] !== ']');
  const all = `[${isNegated ? '^' : ''}${members.join('')}]`;
  return { source: `(?!/)${all}`, next: place + 1 };
}

/** `**` between slashes means any number of folders; elsewhere as many asterisks as one likes are one. */
function stars(pattern: string, at: number, start: number): Part {
  let next = at;
  while (pattern[next] === '*') next += 1;
  const isAlone = at === start || pattern[at - 1] === '/';
  if (next - at < 2 || !isAlone || !/^(\\?\/|$)/.test(pattern.slice(next))) return { source: SOME, next };
  return pattern[next] === '/' ? { source: FOLDERS, next: next + 1 } : { source: REST, next };
}

function part(pattern: string, at: number, start: number): Part {
  const char = pattern[at] ?? '';
  if (char === '*') return stars(pattern, at, start);
  if (char === '?') return { source: '[^/]', next: at + 1 };
  if (char === '[') return set(pattern, at);
  const found = charAt(pattern, at);
  return { source: found && byte(found.char), next: found?.next ?? at };
}

/** What may stand for no byte at all; every other part of a pattern stands for one. */
const MAY_BE_EMPTY = [SOME, FOLDERS, REST];

/** The sources of all parts; undefined where the pattern can mean nothing. */
function partsOf(pattern: string): readonly string[] | undefined {
  // git compares what stands before the first special character by itself, and begins to read behind it.
  const start = /^[^*?[\\]*/.exec(pattern)?.[0].length ?? 0;
  const sources: string[] = [];
  for (let at = 0; at < pattern.length; ) {
    const { source, next } = part(pattern, at, start);
    if (source === undefined) return undefined;
    sources.push(source);
    at = next;
  }
  const bytes = sources.filter((source) => !MAY_BE_EMPTY.includes(source)).length;
  return bytes > LONGEST ? undefined : sources;
}

/** The parts before the first of these marks, then each mark and the parts behind it. */
function cutAt(parts: readonly string[], marks: readonly string[]): readonly (readonly string[])[] {
  const cuts = parts.flatMap((source, at) => (marks.includes(source) ? [at] : []));
  return [0, ...cuts].map((from, at) => parts.slice(from, cuts[at]));
}

/**
 * The whole as one regular expression. Where `*` stands before another `*` the first place that fits is as good as any
 * later one, and is not tried again (nor is it with `**`): else a few asterisks would take for ever.
 */
function joined(parts: readonly string[]): string {
  let count = 0;
  const first = (source: string): string => {
    count += 1;
    return `(?=(?<_${count}>${source}))\\k<_${count}>`;
  };
  const withinFolders = (some: readonly string[]): string => {
    const [head = [], ...tails] = cutAt(some, [SOME]);
    const last = tails.pop() ?? [];
    return [...head, ...tails.map(([, ...tail]) => first(`${SOME}?${tail.join('')}`)), ...last].join('');
  };
  const [head = [], ...tails] = cutAt(parts, [FOLDERS, REST]);
  const last = tails.pop() ?? [];
  const middle = tails.map(([mark = '', ...tail]) => first(`${FEWEST[mark]}${withinFolders(tail)}`));
  const [mark = '', ...tail] = last;
  return [withinFolders(head), ...middle, mark, withinFolders(tail)].join('');
}

/** Spaces at the end are none of the pattern's, unless a backslash stands before them. */
function trimmed(line: string): string {
  let end = 0;
  for (let at = 0; at < line.length; at += line[at] === '\\' ? 2 : 1)
    if (line[at] !== ' ') end = at + (line[at] === '\\' ? 2 : 1);
  return line.slice(0, end);
}

/** A regular expression has a limit of its own, far beyond any pattern that somebody means. */
function compiled(parts: readonly string[] | undefined, flags: string, number: number): RegExp {
  try {
    const all = new RegExp(`^(?:${parts?.length ? joined(parts) : NOTHING})$`, `s${flags}`);
    // Only use tells whether it is too large.
    all.test('');
    return all;
  } catch {
    throw usageError(`line ${number} holds more asterisks than can be matched; write it shorter`);
  }
}

function ruleOf(line: string, number: number, flags: string): Rule {
  const isAsked = line.startsWith('!');
  const text = isAsked ? line.slice(1) : line;
  const pattern = text.replace(/\/$/, '');
  const parts = partsOf(pattern.replace(/^\//, ''));
  return {
    verdict: isAsked ? 'in' : 'out',
    foldersAlone: text.endsWith('/'),
    wholePath: pattern.includes('/'),
    matches: compiled(parts, flags, number),
  };
}

/**
 * Reads the lines; what it returns tells of one name, as a path from the folder of the lines on. It does not look at the
 * folders above: nothing in a folder that is out may be asked about. Throws code 2 with the number of a line that is
 * beyond all measure.
 */
export function gitPatterns(
  text: string,
  { ignoreCase }: { readonly ignoreCase: boolean },
): (path: string, isFolder: boolean) => Verdict {
  const rules = text
    .split(/\r?\n/)
    .map((line, at) => ({ line, number: at + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
    .map(({ line, number }) => ruleOf(trimmed(line), number, ignoreCase ? 'i' : ''))
    .reverse();
  return (path, isFolder) => {
    const last = path.slice(path.lastIndexOf('/') + 1);
    const applies = ({ foldersAlone, wholePath, matches }: Rule): boolean =>
      (isFolder || !foldersAlone) && matches.test(wholePath ? path : last);
    return rules.find(applies)?.verdict;
  };
}
