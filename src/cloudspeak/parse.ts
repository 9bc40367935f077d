// From the command line to what was asked for. Options may stand anywhere, so one flat parser reads them all.
import { Command, CommanderError } from 'commander';
import { usageError } from '../pool/failure.ts';
import { didYouMean } from '../pool/nearest.ts';
import { optionName, SETTING_KEYS } from '../pool/setting-keys.ts';
import { PAGES, type Page } from './help.ts';
import { commonOptions, settingOptions, wordOptions } from './options.ts';
import { understand } from './understand.ts';
import type { Program, Request, SettingsWords, Word } from './word.ts';

export interface Asked {
  /** Undefined: none was spoken. */
  readonly word: Word | undefined;
  readonly help: boolean;
  /** `NAME help PAGE`: which page. */
  readonly page: Page | undefined;
  readonly version: boolean;
  readonly quiet: boolean;
  readonly request: Request;
  readonly settings: SettingsWords;
}

/** `--minimum_instances=3` is `--minimum-instances=3`; what stands after the `=` is the user's. */
const dashed = (word: string): string =>
  word.replace(/^--[a-z][a-z_-]*/, (name) => name.replaceAll('_', '-'));

type Parsed = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

function readOptions(
  program: Program,
  argv: readonly string[],
): { options: Parsed; words: readonly string[] } {
  const command = new Command(program.name).argument('[words...]').helpOption(false).exitOverride();
  command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  for (const option of [...commonOptions(program), ...settingOptions(), ...wordOptions(program)])
    command.addOption(option);
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw usageError(oneLine(error.message));
    throw error;
  }
  return { options: command.opts<Parsed>(), words: command.args };
}

/** Commander's message in our form: no "error:", the suggestion on the same line. */
const oneLine = (message: string): string =>
  message
    .replace(/^error: /, '')
    .replace(/'([^']*)'/, '"$1"')
    .replace(/\n\(Did you mean (?:one of )?(.*)\?\)$/s, '; did you mean "$1"?');

const camel = (key: string): string =>
  optionName(key).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

function settingsOf(options: Parsed): SettingsWords {
  const given = SETTING_KEYS.flatMap((key) => {
    const value = options[camel(key)];
    return typeof value === 'string' ? [[key, value] as const] : [];
  });
  return { options: new Map(given), file: text(options['config']) };
}

const text = (value: Parsed[string]): string | undefined => (typeof value === 'string' ? value : undefined);

function findWord(program: Program, name: string | undefined): Word | undefined {
  if (name === undefined) return undefined;
  const word = program.words.find((one) => one.name === name.replaceAll('-', '_'));
  if (word) return word;
  throw usageError(
    `unknown command "${name}"${didYouMean(
      name,
      program.words.map((one) => one.name),
    )}`,
  );
}

/** `help`, `help WORD` and `help PAGE` say what `-h` says, and what is too long for it. */
function helpAsked(words: readonly string[], option: boolean) {
  if (words[0] !== 'help') return { wantsHelp: option, page: undefined, spoken: words };
  const page = PAGES.find((one) => one === words[1]);
  return { wantsHelp: true, page, spoken: page === undefined ? words.slice(1) : [] };
}

/** Options of another word would be silently without effect. */
function ownOptions(program: Program, word: Word, options: Parsed): Pick<Request, 'values' | 'lists'> {
  const given = wordOptions(program).flatMap((option) => {
    const value = options[option.attributeName()];
    return value === undefined ? [] : [{ name: option.name(), value }];
  });
  const own = { ...word.options, ...word.flags, ...word.lists };
  const foreign = given.find(({ name }) => !Object.hasOwn(own, name));
  if (foreign) throw usageError(`${word.name} takes no option "--${foreign.name}"`);
  const values = given.flatMap(({ name, value }) => {
    const one = value === true ? 'yes' : text(value);
    return one === undefined ? [] : [[name, one] as const];
  });
  const lists = given.flatMap(({ name, value }) => (Array.isArray(value) ? [[name, value] as const] : []));
  return { values: Object.fromEntries(values), lists: Object.fromEntries(lists) };
}

/** Throws with code 2 and the usage where the words make no sense. */
export function parse(program: Program, argv: readonly string[]): Asked {
  const end = argv.indexOf('--');
  const spoken = (end < 0 ? argv : argv.slice(0, end)).map(dashed);
  const after = end < 0 ? [] : argv.slice(end + 1);
  const { options, words: said } = readOptions(program, spoken);
  const { wantsHelp, page, spoken: words } = helpAsked(said, options['help'] === true);
  const word = findWord(program, words[0]);
  const helped = wantsHelp && word?.helps?.includes(words[1] ?? '') ? words[1] : undefined;
  const help = wantsHelp && helped === undefined;
  const flags = {
    json: options['json'] === true,
    plain: options['plain'] === true,
    yes: options['yes'] === true,
  };
  const request = { ...flags, dryRun: options['dryRun'] === true, debug: options['debug'] === true };
  const understood =
    word === undefined || help
      ? { values: {}, rest: [], choice: undefined }
      : understand(
          program,
          word,
          helped ? [helped, 'help'] : words.slice(1),
          after,
          text(options['instance']),
        );
  const own = word === undefined ? { values: {}, lists: {} } : ownOptions(program, word, options);
  return {
    word,
    help,
    page,
    version: options['version'] === true,
    quiet: options['quiet'] === true || options['verbose'] === false,
    request: { ...request, ...understood, values: { ...own.values, ...understood.values }, lists: own.lists },
    settings: settingsOf(options),
  };
}
