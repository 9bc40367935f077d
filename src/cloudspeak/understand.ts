// The words after the command: `i=1`, `src=A`, a bare number, and what stands after `--`.
import { usageError } from '../pool/failure.ts';
import { didYouMean } from '../pool/nearest.ts';
import type { Program, Request, Word } from './word.ts';

const CHOICE_KEYS: readonly string[] = ['i', 'num', 'inst'];

type Understood = Pick<Request, 'values' | 'rest' | 'choice'>;

/** `key=value`, where the key is a plain word: paths and URLs with `=` in them are none. */
function keyAndValue(word: string): readonly [string, string] | undefined {
  const found = /^([a-z_]+)=(.*)$/s.exec(word);
  return found ? [found[1] ?? '', found[2] ?? ''] : undefined;
}

/** One choice; the same one twice is harmless, two different ones are a mistake. */
function onlyChoice(choices: readonly string[]): string | undefined {
  const other = choices.find((choice) => choice !== choices[0]);
  if (other !== undefined)
    throw usageError(`two nodes are chosen, "${choices[0]}" and "${other}"; say i= once, like i=0,2`);
  return choices[0];
}

function instanceWords(
  word: Word,
  words: readonly string[],
  option: string | undefined,
): Omit<Understood, 'rest'> {
  const values: Record<string, string> = {};
  const choices = option === undefined ? [] : [option];
  const valid = [...Object.keys(word.keys ?? {}), ...CHOICE_KEYS];
  for (const one of words) {
    const [key, value] = keyAndValue(one) ?? ['i', one];
    if (!valid.includes(key))
      throw usageError(
        `${word.name} takes no "${key}="${didYouMean(key, valid) || `; it takes ${valid.map((name) => `${name}=`).join(' ')}`}`,
      );
    if (CHOICE_KEYS.includes(key)) choices.push(value);
    else if (values[key] !== undefined) throw usageError(`"${key}=" is given twice; say it once`);
    else values[key] = value;
  }
  return { values, choice: onlyChoice(choices) };
}

function poolWords(word: Word, words: readonly string[]): readonly string[] {
  const most = (word.choices || word.takesOne ? 1 : 0) + (word.more?.[words[0] ?? ''] ?? 0);
  const surplus = words[most];
  if (surplus !== undefined)
    throw usageError(
      `${word.name} takes no "${surplus}"${surplus.includes('=') ? `; settings are options, like --minimum-instances 3` : ''}`,
    );
  const first = words[0];
  if (word.choices && (first === undefined || !word.choices.includes(first)))
    throw usageError(
      `${word.name} takes one of ${word.choices.join(', ')}${first === undefined ? '' : `, not "${first}"${didYouMean(first, word.choices)}`}`,
    );
  return words;
}

/** Sorts the words after the command. Throws with code 2 on any that means nothing there. */
export function understand(
  program: Program,
  word: Word,
  words: readonly string[],
  after: readonly string[],
  option: string | undefined,
): Understood {
  if (!program.choosesNodes)
    return { values: {}, rest: poolWords(word, [...words, ...after]), choice: undefined };
  if (after.length > 0 && !word.takesCommand)
    throw usageError(`${word.name} takes nothing after "--", so not "${after[0]}"`);
  return { ...instanceWords(word, words, option), rest: after };
}
