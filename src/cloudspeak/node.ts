// The program of a node: `poolparty.js WORD`. Its words are for units and for the commands, not for people.
import { usageError } from '../pool/failure.ts';
import { report } from './node/report.ts';

type Run = (words: readonly string[]) => Promise<number>;

/** A word's code is evaluated when it is spoken. */
const WORDS: Readonly<Record<string, () => Promise<{ readonly run: Run }>>> = {
  claim: () => import('./node/claim.ts'),
  maintain: () => import('./node/maintain.ts'),
};

async function main([word = '', ...words]: readonly string[]): Promise<number> {
  const load = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (load === undefined)
    throw usageError(`there is no word "${word}" on a node; there is ${Object.keys(WORDS).join(', ')}`);
  return await (await load()).run(words);
}

// Sockets may linger; the word is over all the same.
process.exit(await main(process.argv.slice(2)).catch(report));
