// Merging a folder into one that is there, on a node: whole or not at all. Programs take many files at once.
import { quote } from '../pool/shell.ts';

/**
 * Tells of each thing in the stage what is at its place: folders (4), files under its owner and its mode (5), anything
 * else that it replaces (6), nothing yet (3). Says where it could not go.
 */
const OVER = `set -e
no() { echo "$1" >&2; exit 1; }
# Root may write to everything but what is marked as unchangeable, and disks that are read-only.
writable() { [ -w "$1" ] || no "$1: it cannot be changed there (lsattr -d, findmnt -T)"; }
for one do
  old=$dest\${one#.} list=3
  if [ -d "$one" ] && [ ! -L "$one" ]; then
    if [ -d "$old" ] && [ ! -L "$old" ]; then writable "$old"; list=4
    elif [ -L "$old" ]; then no "$old: it is a link there, and a folder here"
    elif [ -f "$old" ]; then no "$old: it is a file there, and a folder here"
    elif [ -e "$old" ]; then no "$old: it is no folder there, and one here"; fi
  elif [ -d "$old" ] && [ ! -L "$old" ]; then
    if [ -f "$one" ] && [ ! -L "$one" ]; then no "$old: it is a folder there, and a file here"; fi
    no "$old: it is a folder there, and a link here"
  elif [ -f "$old" ] && [ ! -L "$old" ] && [ ! -L "$one" ]; then writable "$old"; list=5
  elif [ -e "$old" ] || [ -L "$old" ]; then list=6; fi
  printf '%s\\0' "$one" >&$list
done`;

/** Which of these files are not kept in the folder $0 yet. */
const MISSING = `for one do
  [ -e "$0/$one" ] || [ -L "$0/$one" ] || printf '%s\\0' "$one"
done`;

/** Which of these files were replaced by those in the folder $0: they are not there, or have the times of those. */
const REPLACED = `for one do
  if [ -f "$one" ] && [ ! -L "$one" ]; then
    if [ "$one" -nt "$0/$one" ] || [ "$one" -ot "$0/$one" ]; then continue; fi
  fi
  printf '%s\\0' "$one"
done`;

/** Sets owners, modes, ACLs (where the disk has some) and times of the folders that are there: to what they are, also, for marked ones refuse that. */
const FOLDERS =
  'tar -x -p --acls --warning=no-xattr-write --same-owner --numeric-owner -f "$stage/folders.tar"';

/** Where a program said that something is not permitted, says so in words and ends. */
const REFUSED = `
refused() {
  line=$(grep -m 1 'Operation not permitted$' "$stage/why") || return 0
  line=\${line##* to \\'} line=\${line#tar: } line=\${line%\\': *} line=\${line%%: Cannot *}
  no "$dest\${line#.}: it cannot be changed there (lsattr -d)"
}`;

/** Puts what one of the lists names aside: by links, which cost no room, or by copies where a disk has none. */
const KEEP = `
keep() {
  mkdir "$stage/$1"
  ${FOLDERS} -C "$stage/$1"
  (cd -- "$dest" && xargs -0 -r cp -a -l --parents -t "$stage/$1" --) <"$stage/$1.list" 2>"$stage/why" && return
  # Links that this disk knows were refused.
  if ln "$stage/$1.list" "$stage/$1.link" 2>"$stage/none"; then refused; fi
  cd -- "$dest"
  xargs -0 -r sh -c ${quote(MISSING)} "$stage/$1" <"$stage/$1.list" |
    xargs -0 -r cp -a --parents -t "$stage/$1" --
}`;

const MOVE = `
move() {
  cp -a -l --remove-destination -T -- "$tree" "$dest" 2>"$stage/why" && return
  if grep -v 'cannot create hard link' "$stage/why" >&2; then return 1; fi
  cp -a --remove-destination -T -- "$tree" "$dest"
}`;

const MERGE = `
merge() {
  export dest
  (cd -- "$tree" && find . -depth -exec sh -c ${quote(OVER)} sh {} +) \\
    3>"$stage/new.list" 4>"$stage/folders.list" 5>"$stage/files.list" 6>"$stage/others.list"
  # In a folder that changes meanwhile tar ends with 1, and has what is needed.
  tar -c --format=posix --acls --warning=no-file-changed --no-recursion --null -C "$dest" -T "$stage/folders.list" -f "$stage/folders.tar" ||
    [ $? -eq 1 ]
  ${FOLDERS} -C "$dest" 2>"$stage/why" || refused
  (keep files)
  (keep others)
  cp -R -P --attributes-only --preserve=mode,ownership -T -- "$stage/files" "$tree"
  ${FOLDERS} -m -C "$tree"
  merging=yes
  move
  # Nobody listens any more where the command was interrupted.
  echo merged
}`;

/** Disks may be full by now: it writes to no file but one that is there. What is kept aside stays where it is needed. */
const BACK = `
back() {
  bad=
  cd -- "$dest" || bad=yes
  xargs -0 -r rm -f -d -- <"$stage/new.list" || bad=yes
  for kept in files others; do
    cp -a -l --remove-destination -T -- "$stage/$kept" "$dest" 2>"$stage/why" ||
      xargs -0 -r sh -c ${quote(REPLACED)} "$tree" <"$stage/$kept.list" |
      (cd -- "$stage/$kept" && xargs -0 -r cp -a --remove-destination --parents -t "$dest" --) || bad=yes
  done
  ${FOLDERS} -C "$dest" || bad=yes
  [ -z "$bad" ] || { echo "not all could be put back; what was there is in $stage" >&2; stage=; }
}`;

/**
 * Functions of a shell: `merge` moves what $tree holds into $dest, after it has put aside, in $stage, what is replaced;
 * `back` makes $dest again what it was, where `merging` says that something may have moved.
 */
export const MERGING = [REFUSED, KEEP, MOVE, MERGE, BACK].join('');
