// The options that every word takes, with their meanings.
import { Option } from 'commander';
import { MEANINGS, optionName, SETTING_KEYS } from '../pool/setting-keys.ts';
import type { Program } from './word.ts';

const COMMON: readonly (readonly [string, string])[] = [
  ['-c, --config <file>', 'the settings file (else $CONFIG_FILE, else pool.yml)'],
  ['-q, --quiet', 'no steps, only results (also --no-verbose)'],
  ['--json', 'one JSON document on stdout'],
  ['--plain', 'plain lines, as when piped'],
  ['-y, --yes', 'ask nothing'],
  ['--dry-run', 'say what would be done and change nothing'],
  ['--debug', 'show where an error came from'],
  ['-h, --help', 'show help; after a word: of that word'],
  ['-V, --version', 'print the version'],
];

const hidden = (flags: string): Option => new Option(flags).hideHelp();

/** The options of a program that are no settings. */
export const commonOptions = (program: Program): readonly Option[] => [
  ...(program.choosesNodes
    ? [new Option('-i, --instance <node>', 'as i=N: a number, nodeN, an id, 0,2, 1-3 or all')]
    : []),
  ...COMMON.map(([flags, meaning]) => new Option(flags, meaning)),
  hidden('--verbose'),
  hidden('--no-verbose'),
];

/** Every setting as an option: `--minimum-instances <value>`. */
export const settingOptions = (): readonly Option[] =>
  SETTING_KEYS.map((key) => new Option(`--${optionName(key)} <value>`, MEANINGS[key]));

const oneMore = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** The options of single words, each once. */
export function wordOptions(program: Program): readonly Option[] {
  const all = new Map(program.words.flatMap((word) => Object.entries(word.options ?? {})));
  const lists = new Map(program.words.flatMap((word) => Object.entries(word.lists ?? {})));
  const flags = new Map(program.words.flatMap((word) => Object.entries(word.flags ?? {})));
  return [
    ...[...all].map(([name, meaning]) => new Option(`--${name} <${name}>`, meaning)),
    ...[...lists].map(([name, meaning]) => new Option(`--${name} <${name}>`, meaning).argParser(oneMore)),
    ...[...flags].map(([name, meaning]) => new Option(`--${name}`, meaning)),
  ];
}
