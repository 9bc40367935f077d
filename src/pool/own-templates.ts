// Which files in the user's own templates/ are slips of the pen: they would be passed over without a word.
import { didYouMean, nearest } from './nearest.ts';
import { TEMPLATE_NAMES } from './templates.ts';

/** What editors, and people who put something aside, add to a name. */
const ASIDE = /^[.#]|~$|\.(bak|orig|old|save|saved|sw[op]|rej|tmp|disabled|off|dist|example|sample)$/i;

const extension = (name: string): string => /[^.](\.[^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';

/** Kinds of file that templates are of, and pages of an app that keeps them in a folder of the same name are not. */
const KINDS: ReadonlySet<string> = new Set(TEMPLATE_NAMES.map(extension).filter((one) => one !== ''));

/** Short names are near to many that mean something else. */
const reach = (length: number): number => (length < 8 ? 1 : Math.max(2, Math.floor(length / 4)));

/** `haproxy.cfg.txt`; a page `hosts.html` is something else than `hosts`. */
const isLonger = (name: string, known: string): boolean =>
  extension(known) !== '' && name.toLowerCase().startsWith(`${known}.`);

/** `haproxy` of `haproxy.cfg`. */
const stemOf = (known: string): string => known.slice(0, known.length - extension(known).length);

const isMeant = (name: string): boolean =>
  KINDS.has(extension(name)) ||
  nearest(name, TEMPLATE_NAMES, reach) !== undefined ||
  TEMPLATE_NAMES.some((known) => isLonger(name, known) || stemOf(known) === name);

const isKnown = (name: string): boolean => TEMPLATE_NAMES.some((known) => known === name);

/** One line for each file of the folder that must be meant for a template and has the name of none. */
export const misnamedTemplates = (names: readonly string[]): readonly string[] =>
  names
    .filter((name) => !isKnown(name) && !ASIDE.test(name) && isMeant(name))
    .map((name) => {
      const guess = didYouMean(name.replace(/\.(txt|j2|tmpl|tpl|erb|hbs|mustache)$/i, ''), TEMPLATE_NAMES);
      return `templates/${name} is no template of PoolParty${guess || `; there are ${TEMPLATE_NAMES.join(', ')}`}`;
    });
