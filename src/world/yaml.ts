// YAML as people write it: what it says, or what is wrong and where, in words that repeat nothing of it: passwords stand in it.
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  visit,
  type YAMLError,
} from 'yaml';
import { Written } from '../pool/written.ts';

interface YamlMistake {
  readonly line: number;
  readonly text: string;
}

export interface Yaml {
  readonly contents: Document['contents'];
  /** Numbers, truths and dates are Written; undefined where there are mistakes. */
  readonly value: unknown;
  readonly mistakes: readonly YamlMistake[];
  /** What an alias (`*name`) stands for; any other node is itself. */
  resolve(node: unknown): unknown;
  /** The line of a character, from 1. */
  lineAt(offset: number): number;
}

const QUOTES = 'stands for something else in YAML; put the value into quotes';

/** Where the library's own words would show what was written. */
const WORDS: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: `a * at the start ${QUOTES}`,
  TAG_RESOLVE_FAILED: `a ! at the start ${QUOTES}`,
  BAD_DIRECTIVE: 'a line that starts with % is none of these settings',
  BAD_DQ_ESCAPE: "a backslash between these quotes needs another one before it, or other quotes: '…'",
  MULTIPLE_DOCS: 'a second document starts here; leave out the line ---',
};

const OLD_YAML = 'YAML 1.1 takes yes, no and some numbers for something else; leave out the line %YAML';
const STRANGE_KEY = 'a key must be a plain name';
const NO_MERGE = 'behind << there must be a map, like *common where &common stands before one';

/** The library shows what it found behind a colon. */
const wordsOf = ({ code, message }: YAMLError): string => WORDS[code] ?? message.replace(/(?<! ): .*/s, '');

/** Aliases that name no anchor: the library finds them only when it makes values. */
function strayAliases(document: Document): readonly number[] {
  const found: number[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined) found.push(alias.range?.[0] ?? 0);
    },
  });
  return found;
}

/** `<<: *common` takes in the keys of another map. */
export const isMerge = ({ key }: Pair): boolean =>
  isScalar(key) && key.type !== Scalar.QUOTE_DOUBLE && key.type !== Scalar.QUOTE_SINGLE && isMergeMark(key);

/** The library keeps the mark of a merge as a symbol. */
const isMergeMark = ({ value }: Scalar): boolean => typeof value === 'symbol';

type Resolve = Yaml['resolve'];

function mergesMaps(value: unknown, resolve: Resolve): boolean {
  const source = resolve(value);
  return isMap(source) || (isSeq(source) && source.items.every((item) => isMap(resolve(item))));
}

/** What is wrong with a key, or with what a merge takes in. */
function wrongPair(pair: Pair, resolve: Resolve): string | undefined {
  if (pair.key !== null && !isScalar(pair.key)) return STRANGE_KEY;
  return isMerge(pair) && !mergesMaps(pair.value, resolve) ? NO_MERGE : undefined;
}

function wrongPairs(document: Document, resolve: Resolve): readonly (readonly [number, string])[] {
  const found: [number, string][] = [];
  visit(document, {
    Pair(_, pair) {
      const wrong = wrongPair(pair, resolve);
      if (wrong !== undefined) found.push([(pair.key as Node).range?.[0] ?? 0, wrong]);
    },
  });
  return found;
}

/** Single quotes and blocks say that a text is meant as it stands; elsewhere a `$` may stand for something. */
const isOpen = ({ type, value }: Scalar): boolean =>
  typeof value === 'string' && value.includes('$') && (type === Scalar.PLAIN || type === Scalar.QUOTE_DOUBLE);

function keepKey(node: Scalar): void {
  if (typeof node.value !== 'string' && !isMergeMark(node)) node.value = node.source ?? '';
}

function keepValue(node: Scalar): void {
  const { source, value } = node;
  if (isOpen(node)) node.value = new Written(String(value), value);
  else if (typeof value !== 'string' && value !== null)
    node.value = new Written(source ?? String(value), value);
}

/** Keeps beside each value what stands in the file; keys are what stands there. */
const keepSources = (document: Document): void =>
  visit(document, { Scalar: (at, node) => (at === 'key' ? keepKey(node) : keepValue(node)) });

function made(document: Document): { readonly value?: unknown; readonly wrong?: string } {
  try {
    keepSources(document);
    return { value: document.toJS() };
  } catch {
    return { wrong: 'its aliases (*name) come to more than can be read' };
  }
}

/** Nothing in it is executed, and nothing is thrown. A tag (`!name`) is a mistake: the value behind it would be lost. */
export function readYaml(text: string): Yaml {
  const counter = new LineCounter();
  const lineAt = (offset: number): number => Math.max(counter.linePos(offset).line, 1);
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    merge: true,
    logLevel: 'error',
  });
  const resolve: Resolve = (node) => (isAlias(node) ? node.resolve(document) : node);
  const { contents, errors, warnings } = document;
  const found = [
    ...[...errors, ...warnings].map((error) => [error.pos[0], wordsOf(error)] as const),
    ...strayAliases(document).map((offset) => [offset, WORDS.BAD_ALIAS ?? ''] as const),
    ...wrongPairs(document, resolve),
    ...(document.directives?.yaml.version === '1.1' ? [[0, OLD_YAML] as const] : []),
  ];
  const mistakes = found.map(([offset, wrong]) => ({ line: lineAt(offset), text: wrong }));
  if (mistakes.length > 0) return { contents, value: undefined, mistakes, lineAt, resolve };
  const { value, wrong } = made(document);
  return {
    contents,
    value,
    mistakes: wrong === undefined ? [] : [{ line: 1, text: wrong }],
    lineAt,
    resolve,
  };
}
