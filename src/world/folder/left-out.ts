// What of the app's folder stays on this machine: keys and the like, and what .poolignore says, in git's syntax.
import { readFileSync } from 'node:fs';
import ignore, { type Ignore } from 'ignore';
import { usageError } from '../../pool/failure.ts';
import { reasonOf, shownName } from './name.ts';

const FILE = '.poolignore';

/** Left out without a word: nobody misses them. */
const OURS = ['.git', FILE, 'pool.yml'];

/** Left out unless .poolignore asks for them, and told, since an app may miss them. */
const SECRETS = [
  ...['.env*', '*.pem', '*.key', '*.ppk', '*.p12', '*.pfx', '*.jks', '*.keystore', '.netrc', '.pgpass'],
  ...['id_rsa', 'id_dsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk', '.pool_keys'],
  ...['.ssh/', '.aws/', '.gnupg/'],
];

const rules = (lines: readonly string[] | string, ignorecase: boolean): Ignore =>
  ignore({ ignorecase, allowRelativePaths: true }).add(lines);

const ours = rules(OURS, false);
const secrets = rules(SECRETS, true);

/** Byte for byte, as git matches: names need not be UTF-8. */
const asText = (bytes: Buffer): string => bytes.toString('latin1');

/** Only absence means absence. */
function ownLines(path: Buffer): string {
  try {
    return asText(readFileSync(path)).replace(/^\u00ef\u00bb\u00bf/, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw usageError(`${shownName(path)} cannot be read: ${reasonOf(error)}`);
  }
}

/**
 * Which names of `source` stay here. `tell` hears of those that look like secrets and that .poolignore says nothing of.
 * Throws code 2 where .poolignore cannot be read.
 */
export function leftOut(
  source: Buffer,
  tell: (name: Buffer) => void,
): (name: Buffer, isFolder: boolean) => boolean {
  const own = rules(ownLines(Buffer.concat([source, Buffer.from(`/${FILE}`)])), false);
  return (name, isFolder) => {
    const text = asText(name) + (isFolder ? '/' : '');
    const said = own.test(text);
    if (said.ignored || said.unignored) return said.ignored;
    if (ours.ignores(text)) return true;
    const secret = secrets.ignores(text);
    if (secret) tell(name);
    return secret;
  };
}
