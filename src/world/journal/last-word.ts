// The last word that a maintainer of this pool left on this node, its own or a former master's.
import { readFile } from 'node:fs/promises';
import type { LastWord } from '../../pool/journal.ts';
import { readLastWord } from '../../pool/journal-reader.ts';
import { NODE } from '../../pool/node-paths.ts';

/** Undefined where there is none that can be read: then whoever maintains begins anew. */
export async function lastWordHere(pool: string): Promise<LastWord | undefined> {
  const text = await readFile(NODE.lastWord, 'utf8').catch(() => '');
  const word = readLastWord(text);
  return word?.pool === pool ? word : undefined;
}
