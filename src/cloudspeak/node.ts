// The program of a node: `poolparty.js WORD`. Its words are for units and for the commands, not for people.
import { usageError } from '../pool/failure.ts';
import type { Own } from '../process/own.ts';
import { speakOnNode } from './node/speak.ts';

type Run = (words: readonly string[], own: Own) => Promise<number>;

/** A word's code is evaluated when it is spoken. */
const WORDS: Readonly<Record<string, () => Promise<{ readonly run: Run }>>> = {
  claim: () => import('./node/claim.ts'),
  maintain: () => import('./node/maintain.ts'),
};

async function main([word = '', ...words]: readonly string[], own: Own): Promise<number> {
  const load = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (load === undefined)
    throw usageError(`there is no word "${word}" on a node; there is ${Object.keys(WORDS).join(', ')}`);
  return await (await load()).run(words, own);
}

await speakOnNode(main);
