// What of the app's folder stays on this machine: keys and the like, and what .poolignore says, in git's syntax.
import { gitPatterns, type Verdict } from '../../plans/git-pattern.ts';
import { PoolError, usageError } from '../../pool/failure.ts';
import { reasonOf, shownName } from './name.ts';
import { namesIn, type OperatorsFiles } from './operators.ts';
import { below } from './path.ts';
import { readSmall } from './small-file.ts';

const FILE = '.poolignore';

/** Left out without a word: nobody misses them. */
const OURS = ['.git', FILE, 'pool.yml'];

/** Left out unless .poolignore asks for them, and told, since an app may miss them. */
const SECRETS = [
  ...['.env*', '*.pem', '*.key', '*.ppk', '*.p12', '*.pfx', '*.jks', '*.keystore', '.netrc', '.pgpass'],
  ...['id_rsa', 'id_dsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk', '.pool_keys'],
  ...['.ssh/', '.aws/', '.gnupg/', '.poolparty/'],
];

const ours = gitPatterns(OURS.join('\n'), { ignoreCase: false });
const secrets = gitPatterns(SECRETS.join('\n'), { ignoreCase: true });

/** Byte for byte, as git matches: names need not be UTF-8. */
const asText = (bytes: Buffer): string => bytes.toString('latin1');

/** Only absence means absence. */
function ownLines(path: Buffer): string {
  try {
    return asText(readSmall(path) ?? Buffer.alloc(0)).replace(/^\u00ef\u00bb\u00bf/, '');
  } catch (error) {
    throw usageError(
      `${shownName(path)} cannot be read: ${reasonOf(error)}; make it a file that you can read, or take it away`,
    );
  }
}

function ownPatterns(path: Buffer): (name: string, isFolder: boolean) => Verdict {
  const lines = ownLines(path);
  try {
    return gitPatterns(lines, { ignoreCase: false });
  } catch (error) {
    throw error instanceof PoolError ? usageError(`${shownName(path)}: ${error.message}`) : error;
  }
}

/** Who hears of what stays here. */
export interface Hearing {
  /** Looks like a secret, and .poolignore says nothing of it. */
  readonly secret: (name: Buffer) => void;
  /** A .poolignore in a folder below, whose lines do not count. */
  readonly unread: (name: Buffer) => void;
}

const namesOf = (source: Buffer, path: string | undefined): ReadonlySet<string> =>
  new Set([...namesIn(source.toString(), path)].map((name) => asText(Buffer.from(name))));

/** Which names of `source` stay here. Throws code 2 where .poolignore cannot be read. */
export function leftOut(
  source: Buffer,
  operators: OperatorsFiles,
  tell: Hearing,
): (name: Buffer, isFolder: boolean) => boolean {
  const own = ownPatterns(below(source, Buffer.from(FILE)));
  const [settings, key] = [namesOf(source, operators.settings), namesOf(source, operators.key)];
  return (name, isFolder) => {
    const text = asText(name);
    const said = own(text, isFolder);
    if (said !== undefined) return said === 'out';
    if (text.endsWith(`/${FILE}`)) tell.unread(name);
    if (settings.has(text) || ours(text, isFolder)) return true;
    const secret = key.has(text) || secrets(text, isFolder) !== undefined;
    if (secret) tell.secret(name);
    return secret;
  };
}
