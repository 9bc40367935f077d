// The operator's own files, which are no part of the app where they stand in its folder.
import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

/** Files that may be anywhere and have any name: absolute paths. */
export interface OperatorsFiles {
  /** The settings file, where one was read. */
  readonly settings?: string | undefined;
  /** The private key of the key pair. */
  readonly key?: string | undefined;
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** The names below `source` of a file, as it is called and, through links, as it is: both may be in the folder. */
export function namesIn(source: string, path: string | undefined): ReadonlySet<string> {
  if (path === undefined) return new Set();
  const root = realOf(source);
  const called = join(realOf(dirname(path)), basename(path));
  const names = [called, realOf(path)].map((one) => relative(root, one));
  return new Set(names.filter((name) => name !== '' && name !== '..' && !name.startsWith(`..${sep}`)));
}
