// From words to a fault. What makes no sense is an error that says what would.
import type { Kind, Market, Wanted } from './fault.ts';
import { KIND_NAMES, KINDS, type Option } from './kinds.ts';
import { didYouMean } from './nearest.ts';

/** A mistake of whoever asked; nothing was touched. */
export class Mistake extends Error {}

/** Options as typed, by name. */
export type Typed = Readonly<Partial<Record<Option, string>>>;

const UNITS = { '': 1_000, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `30s`, `5m`, `1h`, or seconds; in ms. */
function duration(name: string, text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text) ?? [];
  if (number === undefined) throw new Mistake(`--${name} is a duration like 30s or 5m, not "${text}"`);
  return Number(number) * UNITS[unit as keyof typeof UNITS];
}

function number(name: string, text: string, says: string, isGood: (value: number) => boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !isGood(value)) throw new Mistake(`--${name} is ${says}, not "${text}"`);
  return value;
}

export const seedOf = (text: string): number => number('seed', text, 'a whole number', Number.isSafeInteger);

function zone(text: string): string {
  const [, letter] = /^(?:[a-z]{2}(?:-[a-z]+)+-\d+)?([abc])$/.exec(text) ?? [];
  if (letter === undefined) throw new Mistake(`--zone is like us-east-1a, or one of a, b, c, not "${text}"`);
  return letter;
}

const MARKETS: readonly Market[] = ['spot', 'on-demand'];

function market(text: string): Market {
  const found = MARKETS.find((one) => one === text);
  if (found === undefined)
    throw new Mistake(`--market is one of ${MARKETS.join(', ')}, not "${text}"${didYouMean(text, MARKETS)}`);
  return found;
}

function how(kind: Kind, text: string): string {
  const forms = KINDS[kind].how ?? [];
  if (forms.includes(text)) return text;
  throw new Mistake(
    `--how of ${kind} is one of ${forms.join(', ')}, not "${text}"${didYouMean(text, forms)}`,
  );
}

function instance(text: string): string {
  if (/^i-[0-9a-f]{8,17}$/.test(text)) return text;
  throw new Mistake(`--instance is an instance's id (pool list shows them), not "${text}"`);
}

const readers: Readonly<Record<Option, (kind: Kind, text: string) => Partial<Wanted>>> = {
  action: (_, action) => ({ action }),
  type: (_, type) => ({ type }),
  zone: (_, text) => ({ zone: zone(text) }),
  market: (_, text) => ({ market: market(text) }),
  instance: (_, text) => ({ instance: instance(text) }),
  delay: (_, text) => ({ delay: duration('delay', text) }),
  how: (kind, text) => ({ how: how(kind, text) }),
  for: (_, text) => ({ lasts: duration('for', text) }),
  count: (_, text) => ({
    count: number('count', text, 'a whole number from 1', (n) => Number.isInteger(n) && n > 0),
  }),
  probability: (_, text) => ({
    probability: number('probability', text, 'from 0 to 1', (p) => p >= 0 && p <= 1),
  }),
  seed: (_, text) => ({ seed: seedOf(text) }),
};

/** The kind of that name. Throws a Mistake with the nearest one. */
function kindOf(name: string, others: readonly string[] = []): Kind {
  const kind = KIND_NAMES.find((one) => one === name);
  if (kind !== undefined) return kind;
  const near = didYouMean(name, [...KIND_NAMES, ...others]);
  throw new Mistake(`there is no fault "${name}"${near || '; pool local fault help names them all'}`);
}

/** The fault of a kind with these options. Throws a Mistake on what the kind does not take. */
export function readFault(name: string, typed: Typed): Wanted {
  const kind = kindOf(name, ['list', 'clear', 'mix', 'help']);
  const { takes, needsInstance } = KINDS[kind];
  const given = Object.entries(typed) as [Option, string][];
  const foreign = given.find(([option]) => !takes.includes(option))?.[0];
  if (foreign !== undefined)
    throw new Mistake(`${kind} takes no --${foreign}; it takes ${takes.map((one) => `--${one}`).join(' ')}`);
  if (needsInstance && typed.instance === undefined)
    throw new Mistake(`${kind} needs an instance: pool local fault ${KINDS[kind].example}`);
  return Object.assign({ kind }, ...given.map(([option, text]) => readers[option](kind, text))) as Wanted;
}
