// Copying to a node and from it, as tar: the scripts at the node's end. Nothing there is ever deleted.
import { quote } from '../pool/shell.ts';

/** What a path is, as far as copying goes. */
export type Kind = 'file' | 'folder';

/**
 * Unpacks a tar from standard input: a folder's content into `dest`, or a file (its only entry, `name`) as `dest`;
 * where `dest` is a folder already, or ends with a slash, into `dest/name`, as scp does.
 * A file appears whole or not at all.
 */
export const receiveScript = (kind: Kind, name: string, dest: string): string =>
  [
    'set -eu',
    `dest=${quote(dest)} name=${quote(name)}`,
    'if [ -d "$dest" ]; then dest=$dest/$name; else case $dest in */) mkdir -p -- "$dest"; dest=$dest$name ;; esac; fi',
    ...(kind === 'folder'
      ? ['mkdir -p -- "$dest"', 'tar -x --no-same-owner -f - -C "$dest"']
      : [
          '[ ! -d "$dest" ] || { echo "$dest is a folder" >&2; exit 1; }',
          'folder=$(dirname -- "$dest")',
          '[ -d "$folder" ] || { echo "there is no folder $folder there" >&2; exit 1; }',
          'stage=$(mktemp -d -- "$folder/.poolparty.XXXXXX")',
          `trap 'rm -rf -- "$stage"' EXIT`,
          'tar -x --no-same-owner -f - -C "$stage"',
          'mv -f -- "$stage/$name" "$dest"',
        ]),
  ].join('\n');

/** Prints `file 123` or `folder 456`: what the path is and its size in bytes. Exit code 1 where it is neither. */
export const lookScript = (path: string): string =>
  [
    `path=${quote(path)}`,
    'if [ -d "$path" ]; then kind=folder; elif [ -f "$path" ]; then kind=file',
    'else echo "$path is no file and no folder there" >&2; exit 1; fi',
    // A path may hold a line's end: the size stands in the first line.
    'echo "$kind $(du -sb -- "$path" | head -n 1 | cut -f 1)"',
  ].join('\n');

/** What lookScript said. */
export function parseLook(stdout: string): { readonly kind: Kind; readonly size: number } {
  const [kind, size] = stdout.trim().split(' ');
  return { kind: kind === 'folder' ? 'folder' : 'file', size: Number(size) };
}

/** Writes a tar to standard output: the folder's content, or the file under its own name. */
export const sendScript = (kind: Kind, path: string): string =>
  kind === 'folder'
    ? `exec tar -c -f - -C ${quote(path)} .`
    : `path=${quote(path)}\nexec tar -c -f - -C "$(dirname -- "$path")" -- "$(basename -- "$path")"`;
