// YAML as people write it: what it says, or what is wrong and where, in words that repeat nothing of it: passwords stand in it.
import { type Document, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';

interface YamlMistake {
  readonly line: number;
  readonly text: string;
}

export interface Yaml {
  readonly contents: Document['contents'];
  /** Undefined where there are mistakes. */
  readonly value: unknown;
  readonly mistakes: readonly YamlMistake[];
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

function made(document: Document): { readonly value?: unknown; readonly wrong?: string } {
  try {
    return { value: document.toJS() };
  } catch {
    return { wrong: 'its aliases (*name) come to more than can be read' };
  }
}

/** Nothing in it is executed, and nothing is thrown. A tag (`!name`) is a mistake: the value behind it would be lost. */
export function readYaml(text: string): Yaml {
  const counter = new LineCounter();
  const lineAt = (offset: number): number => Math.max(counter.linePos(offset).line, 1);
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const { contents, errors, warnings } = document;
  const mistakes = [
    ...[...errors, ...warnings].map((error) => ({ line: lineAt(error.pos[0]), text: wordsOf(error) })),
    ...strayAliases(document).map((offset) => ({ line: lineAt(offset), text: WORDS.BAD_ALIAS ?? '' })),
  ];
  if (mistakes.length > 0) return { contents, value: undefined, mistakes, lineAt };
  const { value, wrong } = made(document);
  return { contents, value, mistakes: wrong === undefined ? [] : [{ line: 1, text: wrong }], lineAt };
}
