// `fault`: what goes wrong in the cloud on request. The daemon does it; here the words are read and the answer is said.
import { realpath } from 'node:fs/promises';
import { type Order, send } from '../faults/control.ts';
import type { Fault } from '../faults/fault.ts';
import { mix } from '../faults/mix.ts';
import { Mistake, readFault, seedOf, type Typed } from '../faults/read.ts';
import { faultHelp, sayFault } from '../faults/say.ts';
import type { Home } from '../home.ts';
import { controlOf } from '../machines/host-lock.ts';
import { cloudIdOf } from '../network/names.ts';

/** What is printed: text for people, and what `--json` shows. */
interface Said {
  readonly text: string;
  readonly json: object;
}

async function have(home: Home, order: Order): Promise<readonly Fault[]> {
  const folder = await realpath(home.folder).catch(() => home.folder);
  try {
    return await send(controlOf(cloudIdOf(folder)), order);
  } catch (error) {
    if (error instanceof Mistake) throw error;
    throw new Error(
      `the local cloud of ${home.folder} is down, so nothing can go wrong in it; pool local up`,
    );
  }
}

const said = (faults: readonly Fault[], otherwise: string): Said => ({
  text: faults.length > 0 ? faults.map(sayFault).join('\n') : otherwise,
  json: { faults },
});

const seedIn = (typed: Typed): number => {
  const foreign = Object.keys(typed).find((name) => name !== 'seed');
  if (foreign !== undefined) throw new Mistake(`mix takes no --${foreign}; it takes --seed`);
  if (typed.seed === undefined) throw new Mistake('mix needs a seed: pool local fault mix --seed 7');
  return seedOf(typed.seed);
};

function bare(word: string, typed: Typed): void {
  const [option] = Object.keys(typed);
  if (option !== undefined) throw new Mistake(`${word} takes no --${option}`);
}

/** Carries out `fault WORDS`. Throws a Mistake on words that make no sense, Error where the cloud is down. */
export async function fault(home: Home, words: readonly string[], typed: Typed): Promise<Said> {
  const [word = 'help', name, surplus] = words;
  const extra = word === 'clear' ? surplus : name;
  if (extra !== undefined) throw new Mistake(`fault ${word} takes no "${extra}"`);
  if (word === 'mix') return said(await have(home, { do: 'add', faults: mix(seedIn(typed)) }), '');
  if (word !== 'help' && word !== 'list' && word !== 'clear')
    return said(await have(home, { do: 'add', faults: [readFault(word, typed)] }), '');
  bare(word, typed);
  if (word === 'help') return { text: faultHelp(), json: { help: faultHelp() } };
  if (word === 'list') return said(await have(home, { do: 'list' }), 'No fault is at work');
  const cleared = await have(home, { do: 'clear', ...(name === undefined ? {} : { name }) });
  const ids = cleared.map(({ id, kind }) => `${id} (${kind})`);
  return {
    text: ids.length > 0 ? `Cleared: ${ids.join(', ')}` : 'There was no fault to clear',
    json: { cleared },
  };
}
