// The user's own templates beside pool.yml. What is there and cannot be used is an error; only absence is absence.
import { execFile } from 'node:child_process';
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../pool/failure.ts';
import { misnamedTemplates } from '../pool/own-templates.ts';
import { unixText } from '../pool/templates.ts';

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

/** A shell's `sh: 3: Syntax error: …` or `sh: line 3: syntax error …`. */
const inLine = (said: string): string =>
  (said.split('\n')[0] ?? '').replace(/^.*?: (?:line )?(\d+): /, 'line $1: ');

/** Why no shell takes it; undefined also where there is no shell here to say so: a node's will. */
function shellError(text: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const shell = execFile('sh', ['-n'], (error, _, stderr) =>
      resolve(typeof error?.code === 'number' ? inLine(stderr) : undefined),
    );
    shell.stdin?.on('error', () => undefined).end(text);
  });
}

async function read(path: string, name: string): Promise<string> {
  const shown = `templates/${name}`;
  try {
    const found = await stat(path);
    if (!found.isFile()) throw cannot(shown, found.isDirectory() ? 'it is a folder' : 'it is no file');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    const why = name.endsWith('.sh') ? await shellError(unixText(text)) : undefined;
    if (why !== undefined) throw cannot(shown, why);
    return text;
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
