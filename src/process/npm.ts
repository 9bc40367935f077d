// The npm of this machine: that of the Node that runs this process, where it has one.
import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

/** An npm that runs wherever its folder is put. */
export interface Npm {
  readonly folder: string;
  readonly version: string;
}

interface Manifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Undefined where `look` finds nothing. */
function unlessMissing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

const isFile = (path: string): boolean => lstatSync(path).isFile();
const isFolder = (path: string): boolean => lstatSync(path).isDirectory();

/**
 * npm of this folder, if it has all its parts in it. A distribution's has some of them elsewhere, a package manager's
 * may have links in their place.
 */
const npmIn = (folder: string): Npm | undefined =>
  unlessMissing(() => {
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const whole =
      ['npm-cli.js', 'npx-cli.js'].every((name) => isFile(join(folder, 'bin', name))) &&
      Object.keys(manifest.dependencies ?? {}).every((name) => isFolder(join(folder, 'node_modules', name)));
    return manifest.name === 'npm' && whole ? { folder, version: String(manifest.version) } : undefined;
  });

/** `npm` in a folder of programs is a link into npm's own folder. */
const npmBehind = (programs: string): Npm | undefined =>
  unlessMissing(() => npmIn(dirname(dirname(realpathSync(join(programs, 'npm'))))));

/**
 * The npm beside the program `node`, else the first whole one of the search path. A relative folder of the path is not
 * looked at: what is sent to machines does not depend on where the command is run.
 */
export function findNpm(node = process.execPath, searched = process.env['PATH'] ?? ''): Npm | undefined {
  const beside = dirname(unlessMissing(() => realpathSync(node)) ?? node);
  for (const programs of [beside, ...searched.split(delimiter).filter(isAbsolute)]) {
    const found = npmBehind(programs) ?? npmIn(join(programs, '..', 'lib', 'node_modules', 'npm'));
    if (found !== undefined) return found;
  }
  return undefined;
}
