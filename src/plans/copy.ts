// Copying to a node and from it: the scripts at the node's end, and what they say. Nothing there is ever deleted.
import { quote } from '../pool/shell.ts';
import { MERGING } from './merge-there.ts';

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

const WITH_COUNT = `count=$(cat "$stage/${COUNT}") && here=$(find "$tree" -printf x | wc -c)`;

/** Gives the stage's tree its name. What is there already keeps its owner and its mode, as with scp. */
const MOVE = {
  file: [
    'if [ -e "$dest" ]; then',
    // With its ACL, where it has one: its mask stands where the rights of the group are.
    '  cp --attributes-only --preserve=mode,ownership -- "$dest" "$tree"',
    'fi',
    'mv -f -T -- "$tree" "$dest"',
  ],
  folder: ['if [ -d "$dest" ]; then merge; else mv -f -T -- "$tree" "$dest"; fi'],
} as const;

/**
 * What comes to nothing leaves nothing: neither what was unpacked nor folders that were made for it (`new` is the
 * uppermost), and what was merged already is put back. PIPE: whoever asked may have left, and what is said to nobody
 * would end the shell at once. What cleans up is not to be interrupted.
 */
const CLEAN = [
  'stage= new= merging= moved= time=',
  'make() {',
  '  [ ! -d "$1" ] || return 0',
  '  new=$1',
  `  while up=\${new%/*}; [ -n "$up" ] && [ ! -d "$up" ]; do new=$up; done`,
  '  mkdir -p -- "$1"',
  '}',
  'clean() {',
  "  trap '' HUP INT TERM PIPE",
  '  [ -z "$merging" ] || [ -n "$moved" ] || back',
  '  [ -z "$stage" ] || rm -rf -- "$stage" || { echo "$stage is left there, remove it" >&2; exit 1; }',
  '  [ -z "$time" ] || [ -n "$moved" ] || touch -c -m -d "$time" -- "$folder" || :',
  '  [ -z "$new" ] || [ -n "$moved" ] || find "$new" -depth -type d -empty -delete',
  '}',
  "trap 'clean' EXIT",
  "trap 'exit 1' HUP INT TERM PIPE",
].join('\n');

/**
 * A folder that things can come into and never leave (chattr +a) would keep the stage: it does not take its own times
 * either. Other disks may refuse those for reasons of their own.
 */
const BESIDE = [
  'time=$(stat -c %y -- "$folder")',
  'why=$(LC_ALL=C touch -c -r "$folder" -- "$folder" 2>&1) || case $why in',
  '  *"not permitted"*) no "$folder: it cannot be changed there (lsattr -d)" ;;',
  'esac',
  'stage=$(mktemp -d -- "$folder/.poolparty.XXXXXX")',
  `tree=$stage/${TREE}`,
];

/**
 * Unpacks a tar from standard input beside `dest`, counts it, and gives it its name: a folder, or a file; where `dest`
 * is a folder already, or ends with a slash, `dest/name`, as scp does. A folder that is there is merged, and what is
 * new appears whole or not at all.
 */
export const receiveScript = (kind: Kind, name: string, dest: string): string =>
  [
    'set -eu',
    'no() { echo "$1" >&2; exit 1; }',
    CLEAN,
    ...(kind === 'folder' ? [MERGING] : []),
    `dest=${pathThere(dest)} name=${quote(name)}`,
    ...(dest.startsWith('~') ? [`case $dest in '~'*) no "there is no user \${dest%%/*} there" ;; esac`] : []),
    'case $dest in /*) ;; *) dest=$PWD/$dest ;; esac',
    `if [ -d "$dest" ]; then dest=\${dest%/}/$name; else case $dest in */) make "$dest"; dest=$dest$name ;; esac; fi`,
    // A name may end with line ends, which the shell would take away with its own.
    'if [ -L "$dest" ]; then',
    '  real=$(readlink -f -- "$dest" && echo .) || no "$dest is a link that leads nowhere"',
    `  dest=\${real%??}`,
    'fi',
    `folder=\${dest%/*}`,
    '[ -n "$folder" ] || folder=/',
    ...(kind === 'folder'
      ? [
          '[ -d "$dest" ] || [ ! -e "$dest" ] || no "$dest is no folder"',
          'make "$folder"',
          // The folder may be a disk of its own: what is to be moved into it has to be on that one.
          'if [ -d "$dest" ]; then folder=$dest; fi',
        ]
      : [
          '[ ! -d "$dest" ] || no "$dest is a folder"',
          '[ -f "$dest" ] || [ ! -e "$dest" ] || no "$dest is no file"',
          '[ -d "$folder" ] || no "there is no folder $folder there"',
        ]),
    ...BESIDE,
    'tar -x -p --no-same-owner -f - -C "$stage"',
    `${WITH_COUNT} || no "the copy was cut off"`,
    '[ "$here" = "$count" ] || no "only $here of $count files, folders and links arrived"',
    'LC_ALL=C; export LC_ALL',
    // Nobody listens any more where the command was interrupted.
    'echo arrived',
    ...MOVE[kind],
    'moved=yes',
  ].join('\n');

/** Files there say that they are empty, or longer than they are: tar would believe them. */
const KERNELS = 'proc | sysfs | cgroup* | debugfs | tracefs | securityfs | configfs';

/** Lines around what lookScript says; jobs of the user's own shell may say something before and after, with a line end or without. */
const LOOK = ['poolparty-looks', 'poolparty-looked'] as const;

/**
 * Prints between two lines `file 123 644 1700000000` or `folder 456 755 1700000000`: what the path is, its size in bytes, its mode
 * (octal) and its time; then, of a folder, where it really is. Exit code 1 where it is neither, or none that could be copied.
 */
export const lookScript = (path: string): string =>
  [
    `path=${pathThere(path)}`,
    'case $path in -*) path=./$path ;; esac',
    'if [ -d "$path" ]; then kind=folder; elif [ -f "$path" ]; then kind=file',
    'else echo "$path is no file and no folder there" >&2; exit 1; fi',
    'if [ $kind = folder ]; then case $(stat -f -c %T -- "$path") in',
    `  ${KERNELS}) echo "it is the kernel's, not on a disk; copy its files one by one" >&2; exit 1 ;;`,
    'esac; fi',
    `said=$(stat -L -c '%s %a %Y' -- "$path") || exit`,
    'real=',
    // Its name may end with line ends.
    '[ $kind = file ] || real=$(cd -- "$path" && pwd -P && echo .) || exit',
    // At once: nothing comes into the middle of it.
    `printf '\\n${LOOK[0]}\\n%s\\n%s\\n${LOOK[1]}\\n' "$kind $said" "\${real%??}"`,
  ].join('\n');

export interface Look {
  readonly kind: Kind;
  /** Of a file, in bytes; files of the kernel's say 0, whatever they hold. */
  readonly size: number;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly time: number;
  /** Of a folder: its whole path there, without links. */
  readonly real: string;
}

const LOOKED = new RegExp(
  `\\n${LOOK[0]}\\n(file|folder) (\\d+) ([0-7]+) (-?\\d+)\\n(.*)\\n${LOOK[1]}\\n`,
  's',
);

/** What lookScript said; undefined where it did not come to its end. */
export function parseLook(stdout: string): Look | undefined {
  const [, kind, size, mode = '', time, real = ''] = LOOKED.exec(stdout) ?? [];
  if (kind !== 'file' && kind !== 'folder') return undefined;
  return { kind, size: Number(size), mode: Number.parseInt(mode, 8), time: Number(time), real };
}

/** These mean a folder by where they stand, and are no name for a copy of it. */
const NO_NAMES = ['', '.', '..'];
export const isName = (name: string): boolean => !NO_NAMES.includes(name) && !name.includes('/');

const lastOf = (path: string): string => path.replace(/\/+$/, '').replace(/^.*\//s, '');

/** What a copy of `path` is called; `real` is where it really is. No name (isName) for the root. */
export function nameOfCopy(path: string, real: string): string {
  const last = lastOf(path);
  return isName(last) && !/^~[^/]*\/*$/.test(path) ? last : lastOf(real);
}

/** The bytes of a file as they are now: a log that grows meanwhile has grown. dd says last how many they were. */
const sendFile = (size: number): string =>
  `LC_ALL=C exec dd if="$path" bs=256K${size > 0 ? ` iflag=count_bytes count=${size}` : ''}`;

/**
 * A tar of the folder's content. tar says on a channel of its own what it takes, and says names in one line each.
 * Last comes `sent` with how many there were, the folder itself among them, and tar's own code; tar says the bytes.
 */
const SEND_FOLDER = [
  'exec 3>&1',
  'LC_ALL=C; export LC_ALL',
  'sent=$({',
  '  tar -c --format=gnu --hard-dereference --totals -v --index-file=/dev/fd/4 -f - -C "$path" . 4>&1 >&3 3>&-',
  '  echo "$?"',
  "} | awk 'END { print NR - 1, $0 }')",
  `printf '\\nsent %s\\n' "$sent" >&2`,
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
  /** What it wrote in all, a tar's own headers included. */
  readonly bytes: number | undefined;
  /** What kept it from being whole, in the node's words; empty where it is. */
  readonly wrong: string;
  readonly leftOut: readonly LeftOut[];
}

interface LeftOut {
  readonly name: Uint8Array;
  readonly why: string;
}

/** tar goes on after these, and what it wrote is whole. */
const HARMLESS = /: (file changed as we read it|File removed before we read it|socket ignored)$/;

const LEFT_OUT: readonly (readonly [RegExp, string])[] = [
  [/^tar: (?:\.\/)?(.*): socket ignored$/, 'a socket'],
  [/^tar: (?:\.\/)?(.*): File removed before we read it$/, 'it went away meanwhile'],
];

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
};

/** The bytes of a name as tar tells it in the locale C. */
const bytesOf = (told: string): Uint8Array =>
  Buffer.from(
    told.replace(/\\([0-7]{3}|.)/g, (_, what: string) =>
      what.length === 3 ? String.fromCharCode(Number.parseInt(what, 8)) : (ESCAPES[what] ?? what),
    ),
    'latin1',
  );

/** What one line of tar's says was left out. */
const leftOutOf = (line: string): readonly LeftOut[] =>
  LEFT_OUT.flatMap(([how, why]) => {
    const name = how.exec(line)?.[1];
    return name === undefined ? [] : [{ name: bytesOf(name), why }];
  });

const numberIn = (lines: readonly string[], how: RegExp): number | undefined =>
  lines
    .map((line) => how.exec(line)?.[1])
    .map((one) => (one === undefined ? undefined : Number(one)))
    .find((one) => one !== undefined);

function parseFileSent(code: number, lines: readonly string[]): Sent {
  const count = numberIn(lines, /^(\d+) bytes? /);
  const wrong = code === 0 ? [] : lines.filter((line) => !/^\d+\+\d+ records |^\d+ bytes? /.test(line));
  return { count, bytes: count, wrong: wrong.join('\n'), leftOut: [] };
}

/** Lines that sendScript itself, and tar for it, end with. */
const SENT = /^sent (\d+) (\d+)$/;
const BYTES = /^Total bytes written: (\d+) /;

function parseFolderSent(code: number, lines: readonly string[]): Sent {
  const said = lines.filter((line) => ![SENT, BYTES, HARMLESS].some((known) => known.test(line)));
  const tarCode = numberIn(lines, /^sent \d+ (\d+)$/);
  const isWhole = code === 0 && (tarCode === 0 || (tarCode === 1 && said.length === 0));
  return {
    count: numberIn(lines, SENT),
    bytes: numberIn(lines, BYTES),
    wrong: isWhole ? '' : said.join('\n') || `tar ended with code ${tarCode}`,
    leftOut: lines.flatMap(leftOutOf),
  };
}

/** What the node said while it sent. */
export function parseSent(kind: Kind, code: number, stderr: string): Sent {
  const lines = stderr.split('\n').filter((line) => line !== '');
  return kind === 'file' ? parseFileSent(code, lines) : parseFolderSent(code, lines);
}

/** More lines of what went wrong than these say nothing new. */
const MOST_LINES = 3;

const IN_THE_WAY: Readonly<Record<string, string>> = {
  'Device or resource busy': 'it is a mount point there, or in use (findmnt)',
  'Operation not permitted': 'it cannot be changed there (lsattr -d)',
};

/** What was in the way of a program that moves things, which names the place last. */
function worded(line: string): string {
  const [, place, why = ''] = /^(?:cp|mv|rm): cannot .*'([^']*)': ([^:]*)$/.exec(line) ?? [];
  const words = IN_THE_WAY[why];
  return place === undefined || words === undefined ? line : `${place}: ${words}`;
}

/** What a node said went wrong, in one line; a program that said nothing has only its code. */
export function wrongOf(stderr: string, code: number): string {
  const lines = stderr.split('\n').filter((line) => line !== '' && !/Exiting with failure status/.test(line));
  const more = lines.length > MOST_LINES ? [`and ${lines.length - MOST_LINES} more`] : [];
  return [...lines.slice(0, MOST_LINES).map(worded), ...more].join('; ') || `code ${code}`;
}
