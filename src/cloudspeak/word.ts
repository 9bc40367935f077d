// How a word is declared and what it gets: the path of its file is the command.
import type { Node } from '../pool/instance.ts';
import type { World } from '../world/world.ts';

/** What was asked for, once the options and words have been understood. */
export interface Request {
  readonly json: boolean;
  readonly plain: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly debug: boolean;
  /** `key=value` words and options of this command, by name. */
  readonly values: Readonly<Record<string, string>>;
  /** Words that are no key=value, and everything after `--`. */
  readonly rest: readonly string[];
  /** The node choice as typed (`i=1`, `-i all`, `2` …); undefined: none given. */
  readonly choice: string | undefined;
}

/** Runs the word; the number is the exit code, nothing means 0. */
export type Run = (world: World, request: Request) => Promise<number | undefined>;

/** Which nodes the words mean. Throws code 2 with the valid choices where they name none. */
export type Choose = (nodes: readonly Node[], choice: string | undefined) => readonly Node[];
