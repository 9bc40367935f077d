// Names of files as they are told to a person: a name is bytes, and a terminal is not to obey it.

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

const escaped = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (one) => {
    const code = one.charCodeAt(0).toString(16).padStart(2, '0');
    return ESCAPES[one] ?? `\\x${code}`;
  });

/** Longer paths than this are told by their two ends. */
const MOST_SHOWN = 320;

const short = (text: string): string =>
  text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN / 2)}…${text.slice(-MOST_SHOWN / 2)}`;

/** One line that can be read, whatever the bytes and however many: what is no UTF-8 is shown as `\xE9`. */
export const shownName = (name: Uint8Array): string => short(readable(name));

function readable(name: Uint8Array): string {
  try {
    return escaped(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name));
  } catch {
    const bytes = [...name].map((byte) =>
      byte < 0x80 ? escaped(String.fromCharCode(byte)) : `\\x${byte.toString(16).toUpperCase()}`,
    );
    return bytes.join('');
  }
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EBUSY: 'it is a mount point, or in use (findmnt)',
  ENOENT: 'it is not there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'the disk is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'it is no folder',
  ENAMETOOLONG: 'the path is too long',
  EIO: 'the disk cannot be read',
  ELOOP: 'too many links',
  EFBIG: 'the file is too big for this disk',
};

/** What stood in the way of a call of the system, in a few words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code !== undefined && WORDS[code]) || message;
}
