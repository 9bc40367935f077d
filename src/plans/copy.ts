// Copying to a node and from it: the scripts at the node's end, and what they say. Nothing there is ever deleted.
import { quote } from '../pool/shell.ts';

/** What a path is, as far as copying goes. */
export type Kind = 'file' | 'folder';

/** In an archive for a node: what is copied, and last a file with the number of files, folders and links in it. */
export const TREE = 'tree';
export const COUNT = 'count';

/** A path there as a word for its shell: `~` and `~user` at its beginning are homes there. */
function pathThere(path: string): string {
  const [tilde = ''] = /^~[A-Za-z0-9_.-]*(?:\/|$)/.exec(path) ?? [];
  const rest = path.slice(tilde.length);
  return `${tilde}${tilde && !rest ? '' : quote(rest)}`;
}

const WITH_COUNT = `count=$(cat "$stage/${COUNT}") && here=$(find "$stage/${TREE}" -printf x | wc -c)`;

/**
 * Unpacks a tar from standard input beside `dest`, counts it, and gives it its name: a folder, or a file; where `dest`
 * is a folder already, or ends with a slash, `dest/name`, as scp does. A folder that is there is merged, and what is
 * new appears whole or not at all.
 */
export const receiveScript = (kind: Kind, name: string, dest: string): string =>
  [
    'set -eu',
    'no() { echo "$1" >&2; exit 1; }',
    `dest=${pathThere(dest)} name=${quote(name)}`,
    ...(dest.startsWith('~') ? [`case $dest in '~'*) no "there is no user \${dest%%/*} there" ;; esac`] : []),
    'case $dest in /*) ;; *) dest=./$dest ;; esac',
    'if [ -d "$dest" ]; then dest=$dest/$name; else case $dest in */) mkdir -p -- "$dest"; dest=$dest$name ;; esac; fi',
    'if [ -L "$dest" ] && [ -e "$dest" ]; then dest=$(readlink -f -- "$dest"); fi',
    'folder=$(dirname -- "$dest")',
    ...(kind === 'folder'
      ? [
          '[ -d "$dest" ] || [ ! -e "$dest" ] || no "$dest is no folder"',
          'mkdir -p -- "$folder"',
          // The folder may be a disk of its own: what is to be moved into it has to be on that one.
          'if [ -d "$dest" ]; then folder=$dest; fi',
        ]
      : [
          '[ ! -d "$dest" ] || no "$dest is a folder"',
          '[ -f "$dest" ] || [ ! -e "$dest" ] || no "$dest is no file"',
          '[ -d "$folder" ] || no "there is no folder $folder there"',
        ]),
    'stage=$(mktemp -d -- "$folder/.poolparty.XXXXXX")',
    `trap 'rm -rf -- "$stage"' EXIT`,
    `trap 'exit 1' HUP INT TERM`,
    'tar -x -p --no-same-owner -f - -C "$stage"',
    `${WITH_COUNT} || no "the copy was cut off"`,
    '[ "$here" = "$count" ] || no "only $here of $count files, folders and links arrived"',
    // Links to the files of the stage cost no room; a disk that has none gets copies.
    'if [ -d "$dest" ]; then',
    `  cp -a -l --remove-destination -T -- "$stage/${TREE}" "$dest" 2>"$stage/why" ||`,
    `    cp -a --remove-destination -T -- "$stage/${TREE}" "$dest"`,
    `else mv -f -T -- "$stage/${TREE}" "$dest"; fi`,
  ].join('\n');

/**
 * Prints `file 123 100644 1700000000` or `folder 456 40755 1700000000`: what the path is, its size in bytes, its mode
 * (octal) and its time. Exit code 1 where it is neither.
 */
export const lookScript = (path: string): string =>
  [
    `path=${pathThere(path)}`,
    'case $path in -*) path=./$path ;; esac',
    'if [ -d "$path" ]; then kind=folder; elif [ -f "$path" ]; then kind=file',
    'else echo "$path is no file and no folder there" >&2; exit 1; fi',
    `echo "$kind $(stat -L -c '%s %a %Y' -- "$path")"`,
  ].join('\n');

export interface Look {
  readonly kind: Kind;
  /** Of a file, in bytes; files of the kernel's say 0, whatever they hold. */
  readonly size: number;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly time: number;
}

/** What lookScript said. */
export function parseLook(stdout: string): Look {
  const [kind, size, mode = '', time] = stdout.trim().split(' ');
  return {
    kind: kind === 'folder' ? 'folder' : 'file',
    size: Number(size),
    mode: Number.parseInt(mode, 8),
    time: Number(time),
  };
}

/** The bytes of a file as they are now: a log that grows meanwhile has grown. dd says last how many they were. */
const sendFile = (size: number): string =>
  `LC_ALL=C exec dd if="$path" bs=256K${size > 0 ? ` iflag=count_bytes count=${size}` : ''}`;

/**
 * A tar of the folder's content. tar says on a channel of its own what it takes, and says names in one line each.
 * Last comes `sent` with how many there were, the folder itself among them, and tar's own code.
 */
const SEND_FOLDER = [
  'exec 3>&1',
  'LC_ALL=C; export LC_ALL',
  'sent=$({',
  '  tar -c --format=gnu --hard-dereference -v --index-file=/dev/fd/4 -f - -C "$path" . 4>&1 >&3 3>&-',
  '  echo "$?"',
  "} | awk 'END { print NR - 1, $0 }')",
  'echo "sent $sent" >&2',
].join('\n');

/** Writes a folder's content as a tar to standard output, or the bytes of a file. */
export const sendScript = ({ kind, size }: Pick<Look, 'kind' | 'size'>, path: string): string =>
  [
    `path=${pathThere(path)}`,
    'case $path in /*) ;; *) path=./$path ;; esac',
    kind === 'folder' ? SEND_FOLDER : sendFile(size),
  ].join('\n');

export interface Sent {
  /** Bytes of a file; files, folders and links of a folder, itself among them. */
  readonly count: number | undefined;
  /** What kept it from being whole, in the node's words; empty where it is. */
  readonly wrong: string;
}

/** tar goes on after these, and what it wrote is whole. */
const HARMLESS = /: (file changed as we read it|File removed before we read it|socket ignored)$/;

/** What the node said while it sent. */
export function parseSent(kind: Kind, code: number, stderr: string): Sent {
  const lines = stderr.split('\n').filter((line) => line !== '');
  if (kind === 'file') {
    const count = lines.map((line) => /^(\d+) bytes? /.exec(line)?.[1]).find((one) => one !== undefined);
    return { count: count === undefined ? undefined : Number(count), wrong: code === 0 ? '' : stderr.trim() };
  }
  const [, count, tarCode] =
    lines.map((line) => /^sent (\d+) (\d+)$/.exec(line)).find((one) => one !== null) ?? [];
  const said = lines.filter((line) => !/^sent /.test(line) && !HARMLESS.test(line));
  const isWhole = code === 0 && (tarCode === '0' || (tarCode === '1' && said.length === 0));
  return { count: count === undefined ? undefined : Number(count), wrong: isWhole ? '' : said.join('\n') };
}

/** More lines of what went wrong than these say nothing new. */
const MOST_LINES = 3;

/** What a node said went wrong, in one line; a program that said nothing has only its code. */
export function wrongOf(stderr: string, code: number): string {
  const lines = stderr.split('\n').filter((line) => line !== '' && !/Exiting with failure status/.test(line));
  const more = lines.length > MOST_LINES ? [`and ${lines.length - MOST_LINES} more`] : [];
  return [...lines.slice(0, MOST_LINES), ...more].join('; ') || `code ${code}`;
}
