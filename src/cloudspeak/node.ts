// The program of a node: `poolparty.js WORD`. Its words are for units and for the commands, not for people.
import { PoolError, usageError } from '../pool/failure.ts';

type Run = (words: readonly string[]) => Promise<number>;

/** A word's code is evaluated when it is spoken: a claim must be fast. */
const WORDS: Readonly<Record<string, () => Promise<{ readonly run: Run }>>> = {
  claim: () => import('./node/claim.ts'),
};

async function main([word = '', ...words]: readonly string[]): Promise<number> {
  const load = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (load === undefined)
    throw usageError(`there is no word "${word}" on a node; there is ${Object.keys(WORDS).join(', ')}`);
  return await (await load()).run(words);
}

function report(error: unknown): number {
  const ours = !(error instanceof PoolError);
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`poolparty: ${ours ? `this is a bug of PoolParty: ${text}` : text}\n`);
  if (ours && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return ours ? 1 : error.code;
}

// Sockets may linger; the word is over all the same.
process.exit(await main(process.argv.slice(2)).catch(report));
