// The user's own templates beside pool.yml. What is there and cannot be used is an error; only absence is absence.
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../pool/failure.ts';
import { misnamedTemplates } from '../pool/own-templates.ts';

type Errno = NodeJS.ErrnoException;

const cannot = (what: string, why: string) => usageError(`${what} cannot be used as a template: ${why}`);

/** A link that leads nowhere is there all the same. */
const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: Errno) => error.code !== 'ENOENT',
  );

/** The folder's entries; none where there is no folder. Throws with code 2 where it cannot be read. */
async function entriesOf(path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    const [first, ...others] = misnamedTemplates(
      entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name),
    );
    if (first !== undefined) throw usageError(first, others);
    return entries.map(({ name }) => name);
  } catch (error) {
    const { code, message } = error as Errno;
    if (code === 'ENOENT' && !(await isThere(path))) return [];
    // A file of that name is the app's own affair.
    if (code === 'ENOTDIR') return [];
    if (typeof code === 'string') throw cannot('templates', message);
    throw error;
  }
}

async function read(path: string, name: string): Promise<string> {
  const shown = `templates/${name}`;
  try {
    const found = await stat(path);
    if (!found.isFile()) throw cannot(shown, found.isDirectory() ? 'it is a folder' : 'it is no file');
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof TypeError) throw cannot(shown, 'it is no UTF-8 text');
    const { code, message } = error as Errno;
    throw typeof code === 'string' ? cannot(shown, message) : error;
  }
}

/** The user's text of a template, by its name; undefined where there is none. The folder is looked at once. */
export function ownTemplates(folder: string): (name: string) => Promise<string | undefined> {
  const path = join(folder, 'templates');
  let entries: Promise<readonly string[]> | undefined;
  return async (name) => {
    entries ??= entriesOf(path);
    return (await entries).includes(name) ? await read(join(path, name), name) : undefined;
  };
}
