// What a newcomer does at its first boot: it lets the pool's nodes in, then does what the user wants of it.
import { usageError } from '../pool/failure.ts';
import { hashOf } from '../pool/files.ts';
import type { Instance } from '../pool/instance.ts';
import { authorizedKeysPath, authorizedLine, trustedKeys } from '../pool/keys.ts';
import type { Settings } from '../pool/settings.ts';
import { command } from '../pool/shell.ts';
import type { Templates } from '../pool/templates.ts';

/** EC2's limit, in bytes before its base64. */
const LIMIT = 16 * 1024;
/** More nodes than this need not be able to configure a newcomer. */
const MOST_KEYS = 20;
/** Master and standby must be: either of them may find the other dead. */
const LEAST_KEYS = 2;

/** Of the right form and length, and nobody's. */
const STAND_IN = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;

type Said = Pick<Settings, 'username' | 'user_data'>;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const base64 = (text: string): string => {
  const binary = Array.from(bytes(text), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replace(/.{76}/g, '$&\n');
};

/** Sorted, so that the same keys give the same text whoever is master: a repeated launch must be the same launch. */
const trustScript = (username: string, templates: Templates, keys: readonly string[]): string => {
  const lines = [...keys].sort().map(authorizedLine);
  const call = command('trust_nodes', username, authorizedKeysPath(username), ...lines);
  return `${templates['first-boot.sh']}\n${call}\n`;
};

/** As a self-extracting archive has it: the other script begins behind the last line of ours. */
const before = (ours: string, own: string): string => {
  const lines = ours.split('\n').length - 1;
  return `${ours}own_script ${lines + 2}\n${own}`;
};

const part = (headers: readonly string[], text: string): string =>
  [...headers, 'Content-Transfer-Encoding: base64', '', base64(text)].join('\n');

/** cloud-init looks for the word in as many characters, in either case. */
const isMessage = (text: string): boolean => text.slice(0, 4096).toLowerCase().includes('mime-version:');

/** The user's own as one part: a message of several parts as it is, anything else for cloud-init to find out. */
const ownPart = (own: string): string =>
  isMessage(own) ? own : part(['Content-Type: text/plain; charset="utf-8"'], own);

/** MIME multipart, which cloud-init takes apart again; `filename` puts our script before the user's. */
const together = (ours: string, own: string): string => {
  const boundary = `poolparty-${hashOf(ours + own).slice(0, 16)}`;
  const head = [`Content-Type: multipart/mixed; boundary="${boundary}"`, 'MIME-Version: 1.0', ''];
  const script = part(
    [
      'Content-Type: text/x-shellscript; charset="utf-8"',
      'Content-Disposition: attachment; filename="00-poolparty.sh"',
    ],
    ours,
  );
  const parts = [script, ownPart(own)].map((text) => `--${boundary}\n${text}\n`);
  return [...head, ...parts, `--${boundary}--\n`].join('\n');
};

function composed({ username, user_data }: Said, templates: Templates, keys: readonly string[]): string {
  const own = user_data ?? '';
  if (keys.length === 0) return own;
  const ours = trustScript(username, templates, keys);
  if (own === '') return ours;
  return own.startsWith('#!') ? before(ours, own) : together(ours, own);
}

const tooLong = (size: number): Error =>
  usageError(
    `user_data is too long: with what PoolParty adds it comes to ${size} bytes and EC2 takes ${LIMIT}; ` +
      'let it fetch the rest from somewhere',
  );

/** With as many of the keys as there is room for. */
function fitting(said: Said, templates: Templates, keys: readonly string[]): string {
  const own = bytes(said.user_data ?? '').length;
  if (own > LIMIT) throw tooLong(own);
  const text = composed(said, templates, keys);
  const size = bytes(text).length;
  if (size <= LIMIT) return text;
  if (keys.length <= LEAST_KEYS) throw tooLong(size);
  return fitting(said, templates, keys.slice(0, -1));
}

/**
 * The user-data of a launch, by what the settings say and what the pool's tags show, in node order: never by who
 * launches. While no key is known it is the user's own; undefined where that is none.
 * Throws code 2 where the user's own leaves no room.
 */
export const userDataOf = (
  said: Said,
  templates: Templates,
  nodes: readonly Instance[],
): string | undefined => fitting(said, templates, trustedKeys(nodes).slice(0, MOST_KEYS)) || undefined;

/** Throws code 2 where a later launch would find no room for the keys that there will be. */
export function checkUserData(said: Said, templates: Templates): void {
  fitting(said, templates, Array(LEAST_KEYS).fill(STAND_IN));
}
