// `pool completion SHELL`: what makes a shell complete both commands, made from the table of words.
import { commonOptions, settingOptions } from '../options.ts';
import type { Program, RunOutside, Word } from '../word.ts';

const optionsOf = (program: Program, word?: Word): readonly string[] => [
  ...[...commonOptions(program), ...settingOptions()].flatMap((option) =>
    option.hidden || !option.long ? [] : [option.long],
  ),
  ...Object.keys({ ...word?.options, ...word?.lists, ...word?.flags }).map((name) => `--${name}`),
];

/** What may follow a word: its fixed choices, or its `key=` words. */
const followers = (program: Program, word: Word): readonly string[] => [
  ...(word.choices ?? []),
  ...(program.choosesNodes ? ['i='] : []),
  ...Object.keys(word.keys ?? {}).map((key) => `${key}=`),
];

const names = (program: Program): string => program.words.map((word) => word.name).join(' ');

/** In sh's single quotes: the summaries are ours, but hold apostrophes. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function bashOf(program: Program): string {
  const cases = program.words.map(
    (word) =>
      `    ${word.name}) follow=${quoted(followers(program, word).join(' '))}; options=${quoted(optionsOf(program, word).join(' '))} ;;`,
  );
  return `_${program.name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} word='' follow='' options='' one
  for one in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " ${names(program)} " in *" $one "*) word=$one; break ;; esac
  done
  case $word in
    '') follow=${quoted(`${names(program)} help`)}; options=${quoted(optionsOf(program).join(' '))} ;;
${cases.join('\n')}
  esac
  if [[ $current == -* ]]; then follow=$options; fi
  COMPREPLY=($(compgen -W "$follow" -- "$current"))
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o default -F _${program.name} ${program.name}`;
}

/** Fixed choices are all there is; after `key=` the value follows at once, and may be a file. */
function zshAfter(program: Program, word: Word): string {
  if (word.choices) return `compadd -- ${word.choices.join(' ')}`;
  const keys = followers(program, word).join(' ');
  return keys === '' ? '_files' : `compadd -S '' -- ${keys}; _files`;
}

function zshOf(program: Program): string {
  const described = program.words.map(
    (word) => `    ${quoted(`${word.name}:${word.summary.replaceAll(':', ' -')}`)}`,
  );
  const cases = program.words.map((word) => `      ${word.name}) ${zshAfter(program, word)}; return ;;`);
  return `_${program.name}() {
  local -a commands; commands=(
${described.join('\n')}
  )
  if [[ $PREFIX == -* ]]; then compadd -- ${optionsOf(program).join(' ')}; return; fi
  local one
  for one in \${words[2,CURRENT-1]}; do
    case $one in
${cases.join('\n')}
    esac
  done
  _describe command commands
}
compdef _${program.name} ${program.name}`;
}

function fishOf(program: Program): string {
  const begin = `complete -c ${program.name}`;
  const unspoken = `not __fish_seen_subcommand_from ${names(program)}`;
  const commands = program.words.map(
    (word) => `${begin} -f -n ${quoted(unspoken)} -a ${word.name} -d ${quoted(word.summary)}`,
  );
  const after = program.words.flatMap((word) => {
    const words = followers(program, word).join(' ');
    const files = word.choices ? '-f ' : '';
    const spoken = quoted(`__fish_seen_subcommand_from ${word.name}`);
    return words === '' ? [] : [`${begin} ${files}-n ${spoken} -a ${quoted(words)}`];
  });
  const options = optionsOf(program).map((long) => `${begin} -l ${long.slice(2)}`);
  return [...commands, ...after, ...options].join('\n');
}

const SHELLS: Readonly<Record<string, (program: Program) => string>> = {
  bash: bashOf,
  zsh: (program) => (program.name === 'pool' ? `#compdef pool instance\n${zshOf(program)}` : zshOf(program)),
  fish: fishOf,
};

/** The word `completion` for these programs: the table of words is handed in, since it names this word itself. */
export const completionOf =
  (programs: readonly Program[]): RunOutside =>
  async (_outside, terminal, { rest }) => {
    const shell = SHELLS[rest[0] ?? ''];
    // The frame has let through the shells of words.ts alone.
    if (shell) terminal.print(programs.map(shell).join('\n'));
    return 0;
  };
