// How a word is declared and what it gets: the path of its file is the command.
import type { SettingKey } from '../pool/settings.ts';
import type { Outside } from '../world/outside.ts';
import type { Terminal, World } from '../world/world.ts';

/** What was asked for, once the options and words have been understood. */
export interface Request {
  readonly json: boolean;
  readonly plain: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly debug: boolean;
  /** `key=value` words and options of this command, by name. */
  readonly values: Readonly<Record<string, string>>;
  /** Options of this command that may be given several times, by name; in the order given. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  /** Words that are no key=value, and everything after `--`. */
  readonly rest: readonly string[];
  /** The node choice as typed (`i=1`, `-i all`, `2` …); undefined: none given. */
  readonly choice: string | undefined;
}

/** Runs the word; the number is the exit code, nothing means 0. */
export type Run = (world: World, request: Request) => Promise<number | undefined>;

/** The settings that the command line gave, unread. */
export interface SettingsWords {
  readonly options: ReadonlyMap<SettingKey, string>;
  readonly file: string | undefined;
}

/** Runs a word that needs no pool. */
export type RunOutside = (
  outside: Outside,
  terminal: Terminal,
  request: Request,
  settings: SettingsWords,
) => Promise<number | undefined>;

/** What a program's words are about, in the order in which its help shows them. */
export const GROUPS = [
  'The pool',
  'Its size',
  'What and why',
  'This machine',
  'The node',
  'Its services',
] as const;

interface Spoken {
  readonly name: string;
  readonly group: (typeof GROUPS)[number];
  readonly summary: string;
  /** One line that works as it stands. */
  readonly example: string;
  /** It only shows: it ends where its output cannot be written. Others have begun something, and finish it. */
  readonly shows?: boolean;
  /** Words that follow, as usage shows them: `<shell>`. */
  readonly takes?: string;
  /** The only words that may follow, where that is fixed; exactly one must. */
  readonly choices?: readonly string[];
  /** How many words of any kind may follow after a choice, by choice; they are of the request's `rest`, too. */
  readonly more?: Readonly<Record<string, number>>;
  /** Choices that have a help of their own: asked for it, the word gets `help` after the choice. */
  readonly helps?: readonly string[];
  /** One word of any kind may follow; it is the request's `rest`. */
  readonly takesOne?: boolean;
  /** Everything after `--` is a command of the user's. */
  readonly takesCommand?: boolean;
  /** Its `key=value` words, beside the node choice. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Its own options with a value: name to what it holds. */
  readonly options?: Readonly<Record<string, string>>;
  /** The same for options that may be given several times. */
  readonly lists?: Readonly<Record<string, string>>;
  /** Its own options without a value; among the request's values they are `yes`. */
  readonly flags?: Readonly<Record<string, string>>;
}

/** A word about a pool: gets the world, with its settings. */
export interface PoolWord extends Spoken {
  readonly load: () => Promise<{ readonly run: Run }>;
  /** It makes or ends what costs money; this is said of it after Ctrl-C, behind what exists then. */
  readonly goesOn?: string;
  /** What is said after Ctrl-C where the same command would not go on from there. */
  readonly again?: string;
  /** It looks and changes nothing, so a folder's name is enough to go by. */
  readonly looks?: boolean;
}

/** A word that works without a pool. */
interface OutsideWord extends Spoken {
  readonly loadOutside: () => Promise<{ readonly run: RunOutside }>;
}

export type Word = PoolWord | OutsideWord;

/** One of the two commands. */
export interface Program {
  readonly name: 'pool' | 'instance';
  readonly summary: string;
  /** Its words choose nodes: `i=N`, `-i N`, a bare number. */
  readonly choosesNodes: boolean;
  readonly words: readonly Word[];
}
