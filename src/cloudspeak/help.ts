// Help for a program and for one of its words, and the usage line that errors show.
import { Command, Help, type Option } from 'commander';
import { commonOptions, settingOptions } from './options.ts';
import { GROUPS, type Program, type Word } from './word.ts';

const wordsAfter = (program: Program, word: Word): string =>
  [
    word.takes,
    program.choosesNodes ? '[i=N]' : undefined,
    ...Object.keys(word.keys ?? {}).map((key) => `[${key}=…]`),
    word.takesCommand ? '[-- command …]' : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(' ');

/** One line: how the program, or one word of it, is called. */
export function usage(program: Program, word: Word | undefined): string {
  if (word === undefined)
    return `${program.name} [options] COMMAND${program.choosesNodes ? ' [i=N] [key=value …]' : ''}`;
  return `${program.name} ${word.name} ${`${wordsAfter(program, word)} [options]`.trim()}`;
}

/** Pages that `NAME help PAGE` shows beside the help of each word. */
export const PAGES = ['commands', 'settings'] as const;
export type Page = (typeof PAGES)[number];

const WIDEST = 110;

/** A part of the help: a title, then rows of two columns that break at words. */
function section(title: string, rows: readonly (readonly [string, string])[], columns: number): string {
  const { formatItem } = new Help();
  const wide = Object.assign(new Help(), { helpWidth: Math.min(columns, WIDEST) });
  const first = Math.max(...rows.map(([name]) => name.length));
  return [title, ...rows.map(([name, text]) => formatItem.call(wide, name, first, text, wide))].join('\n');
}

const optionRows = (options: readonly Option[]) =>
  options.flatMap((option) => (option.hidden ? [] : [[option.flags, option.description] as const]));

const commandRows = ({ words }: Program) =>
  words.map(({ name, takes, summary }) => [`${name}${takes ? ` ${takes}` : ''}`, summary] as const);

/** The words by what they are about: on one screen, also when there are many more. */
const groupRows = ({ words }: Program) =>
  GROUPS.flatMap((group) => {
    const names = words.filter((word) => word.group === group).map(({ name }) => name);
    return names.length === 0 ? [] : [[group, names.join(', ')] as const];
  });

/** A program's help: one screen of 80 columns and 24 lines. */
const overview = (program: Program, columns: number): string =>
  [
    `Usage: ${usage(program, undefined)}\n\n${program.name} ${program.summary}.\n`,
    section(
      `Commands (${program.name} COMMAND -h explains one, ${program.name} help commands lists all):`,
      groupRows(program),
      columns,
    ),
    section('\nOptions, before, between or after the words:', optionRows(commonOptions(program)), columns),
    `\nEach setting of pool.yml is an option, too: ${program.name} help settings lists them.`,
  ].join('\n');

const PAGE: Readonly<Record<Page, (program: Program, columns: number) => string>> = {
  commands: (program, columns) => section('Commands:', commandRows(program), columns),
  settings: (_, columns) =>
    section(
      'Settings (also in pool.yml, and as POOL_… in the environment):',
      optionRows(settingOptions()),
      columns,
    ),
};

/** The help of a program, one of its pages, or the help of one of its words with an example. */
export function help(program: Program, about: Word | Page | undefined, columns: number): string {
  if (about === undefined) return overview(program, columns);
  return typeof about === 'string' ? PAGE[about](program, columns) : ofWord(program, about, columns);
}

function ofWord(program: Program, word: Word, columns: number): string {
  const command = new Command(program.name).helpOption(false).helpCommand(false);
  command.configureHelp({
    commandUsage: () => usage(program, word),
    helpWidth: Math.min(columns, WIDEST),
    showGlobalOptions: false,
  });
  describeWord(command, word);
  command.optionsGroup('Options:');
  for (const option of commonOptions(program)) command.addOption(option);
  return `${command.helpInformation().trimEnd()}\n\nExample:\n  ${word.example.split(/ {3,}/).join('\n  ')}\n`;
}

function describeWord(command: Command, word: Word): void {
  command.description(`${word.summary}.`);
  if (word.takes && word.choices) command.argument(word.takes, word.choices.join(', '));
  for (const [name, meaning] of Object.entries(word.keys ?? {})) command.argument(`[${name}=…]`, meaning);
  for (const [name, meaning] of Object.entries({ ...word.options, ...word.lists }))
    command.option(`--${name} <${name}>`, meaning);
  for (const [name, meaning] of Object.entries(word.flags ?? {})) command.option(`--${name}`, meaning);
}
