// ACLs of files that a copy replaces here. Node knows none, and takes their mask for the rights of the group.
import { spawnSync } from 'node:child_process';
import { reasonOf } from '../folder/name.ts';
import { ownFailure } from './here.ts';

type Pair = readonly [file: Buffer, like: Buffer];

const NUL = Buffer.from([0]);

/** Runs the program with these paths, of any bytes and however many, as its last words. */
function run(words: readonly string[], paths: readonly Buffer[]) {
  const input = Buffer.concat(paths.flatMap((path) => [path, NUL]));
  const env = { ...process.env, LC_ALL: 'C' };
  return spawnSync('xargs', ['-0', '-r', ...words], { input, env, maxBuffer: Number.POSITIVE_INFINITY });
}

/** Which of them have one: the ls of GNU gives a line for each, in this order, with a + behind the mode. */
function haveAcls(paths: readonly Buffer[]): readonly boolean[] {
  const { stdout } = run(['ls', '-ldUb', '--'], paths);
  const lines = stdout?.toString('latin1').split('\n').slice(0, -1) ?? [];
  if (lines.length === paths.length) return lines.map((line) => line[10] === '+');
  // One of them went away meanwhile; or there is no such ls, and so nothing that could keep one.
  if (paths.length <= 1 || lines.length === 0) return paths.map(() => false);
  const half = Math.ceil(paths.length / 2);
  return [...haveAcls(paths.slice(0, half)), ...haveAcls(paths.slice(half))];
}

/** Gives each file the mode and the ACL of the other, or none where that has none; its content and times stay. */
function keep(pairs: readonly Pair[]): void {
  const paths = pairs.flatMap(([file, like]) => [like, file]);
  const { status, stderr, error } = run(
    ['-n', '2', 'cp', '--attributes-only', '--preserve=mode', '--'],
    paths,
  );
  const [first] = pairs;
  if (status === 0 || !first) return;
  const why = error ? reasonOf(error) : stderr.toString().split('\n')[0];
  throw ownFailure(first[1], new Error(`its ACL cannot be kept: ${why}`));
}

/** One file. */
export const keepAcl = (file: Buffer, like: Buffer): void => keep([[file, like]]);

/** So many are asked about at once. */
const BATCH = 5_000;

export class Acls {
  #waiting: Pair[] = [];
  readonly #kept = new Set<string>();

  /** `file` is to replace `like`. */
  add(file: Buffer, like: Buffer): void {
    // Elsewhere ACLs do not change what the mode says.
    if (process.platform !== 'linux') return;
    this.#waiting.push([file, like]);
    if (this.#waiting.length >= BATCH) this.keep();
  }

  /** Files that replace one with an ACL have that now, and those that have one by their folder's default have none where it had none. */
  keep(): void {
    const pairs = this.#waiting;
    this.#waiting = [];
    const have = haveAcls(pairs.flat());
    const withAcl = pairs.filter((_, at) => have[2 * at] || have[2 * at + 1]);
    keep(withAcl);
    for (const [, like] of withAcl) this.#kept.add(like.toString('latin1'));
  }

  /** Was something kept for the file that replaces this one? */
  has(like: Buffer): boolean {
    return this.#kept.has(like.toString('latin1'));
  }
}
