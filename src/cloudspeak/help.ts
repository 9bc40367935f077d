// Help for a program and for one of its words, and the usage line that errors show.
import { Command } from 'commander';
import { commonOptions, settingOptions } from './options.ts';
import type { Program, Word } from './word.ts';

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

/** The whole help of a program, or of one of its words, with an example. */
export function help(program: Program, word: Word | undefined, columns: number): string {
  const command = new Command(program.name).helpOption(false).helpCommand(false);
  command.configureHelp({
    commandUsage: () => usage(program, word),
    helpWidth: Math.min(columns, 110),
    showGlobalOptions: false,
  });
  if (word === undefined) describeProgram(command, program);
  else describeWord(command, word);
  command.optionsGroup('Options:');
  for (const option of commonOptions(program)) command.addOption(option);
  if (word === undefined) {
    command.optionsGroup('Settings (also in pool.yml, and as POOL_… in the environment):');
    for (const option of settingOptions()) command.addOption(option);
  }
  const example = word?.example ?? program.words[0]?.example ?? '';
  return `${commandsFirst(command.helpInformation()).trimEnd()}\n\nExample:\n  ${example.split(/ {3,}/).join('\n  ')}\n`;
}

/** The words are what a reader looks for; commander puts them last. */
function commandsFirst(text: string): string {
  const sections = text.trimEnd().split('\n\n');
  const at = sections.findIndex((section) => section.startsWith('Commands:'));
  if (at < 0) return text;
  const [usageLine, description, ...others] = sections.filter((_, index) => index !== at);
  return [usageLine, description, sections[at], ...others].join('\n\n');
}

function describeProgram(command: Command, program: Program): void {
  command.description(`${program.name} ${program.summary}.`);
  for (const word of program.words)
    command
      .command(`${word.name}${word.takes ? ` ${word.takes}` : ''}`)
      .helpOption(false)
      .summary(word.summary)
      .description(word.summary);
}

function describeWord(command: Command, word: Word): void {
  command.description(`${word.summary}.`);
  if (word.takes && word.choices) command.argument(word.takes, word.choices.join(', '));
  for (const [name, meaning] of Object.entries(word.keys ?? {})) command.argument(`[${name}=…]`, meaning);
  for (const [name, meaning] of Object.entries({ ...word.options, ...word.lists }))
    command.option(`--${name} <${name}>`, meaning);
  for (const [name, meaning] of Object.entries(word.flags ?? {})) command.option(`--${name}`, meaning);
}
