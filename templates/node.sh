# What every script of PoolParty on a node shares: where things are, one writer at a time, files put in place.
set -eu
umask 022
home=/opt/poolparty
pending=$home/pending
changed=

die() { echo "$1" >&2; exit 1; }

# Before anything has been changed here: what is wrong is this node's own, and says nothing about the change.
die_untouched() {
    echo untouched
    die "$1"
}

# says_full TEXT: are a program's own words that the disk is full, tar's among them?
says_full() {
    case $1 in *'No space left on device'* | *': Wrote only '*) return 0 ;; *) return 1 ;; esac
}

die_if_full() { if says_full "$1"; then die_full; fi; }

die_full() { die_untouched "the disk of this node is full: $(df -h $home | awk 'END { print $4, "are free at", $6 }'); free some of it, then try again"; }

need() {
    for tool in "$@"; do
        command -v "$tool" >/dev/null || die_untouched "$tool is not installed on this node; use an image that has it, or install it"
    done
}

# This node's instance; nothing where it has no app of ours.
own_id() { sed -n 's/^POOL_INSTANCE_ID="\(.*\)"$/\1/p' /etc/poolparty/node.env 2>/dev/null || :; }

# Sets `up`, without a program: it is asked again and again on a busy machine.
seconds_up() { read -r up _ </proc/uptime; up=${up%.*}; }

# It holds the install line that its holder is at.
lock=/run/poolparty/configure.lock
under_way() { if [ -s "$lock" ]; then echo " (its install line: $(head -c 200 "$lock"))"; fi; }

# One writer at a time, each for as long as a drain may take (`lock_wait`, in seconds); the stage and the lock go when
# this shell ends, however it ends.
begin() {
    # The app has to come through them, whatever somebody has done to them.
    install -d -m 755 -o root -g root /run/poolparty $home $home/releases $pending /etc/poolparty
    exec 9>>"$lock"
    flock -w "${lock_wait:-120}" 9 || die_untouched "another configuration of this node is still under way after ${lock_wait:-120} s$(under_way); try again later"
    : >"$lock"
    # Only what a killed run left: others may still wait for their app, with a stage of their own.
    find $home -maxdepth 1 -name 'stage.*' -mmin +60 -exec rm -rf {} +
    stage=$(mktemp -d $home/stage.XXXXXX)
    trap 'rm -rf "$stage"' EXIT
    trap 'exit 130' INT TERM HUP
    trap 'exit 141' PIPE
    # Without room for what is sent, and a few small files, it would break off in their middle.
    has_room || { make_room; has_room; } || die_full
}

# Is there room for `room` bytes?
: "${room:=262144}"
has_room() {
    if fallocate -l "$room" "$stage/room" 2>/dev/null || head -c "$room" /dev/zero >"$stage/room" 2>/dev/null; then
        rm "$stage/room"
    else
        rm -f "$stage/room"
        return 1
    fi
}

# Former releases go; where that is not enough, what a script says with `more_room`.
make_room() {
    drop_releases
    has_room || ${more_room:-:}
}

# drop_releases ID…: all but the current one and these.
drop_releases() {
    kept=$(readlink $home/current) || kept=
    for old in $home/releases/*; do
        id=${old##*/}
        case " ${kept##*/} $* " in *" ${id%%.*} "*) ;; *) rm -rf "$old" ;; esac
    done
}

# The archive on standard input, into the stage. Long texts come gzipped.
unpack() {
    if why=$(tar -x --no-same-owner -C "$stage" -f - 2>&1 && open_long 2>&1); then return 0; fi
    die_if_full "$why"
    echo "$why" >&2
    die_untouched 'the archive with the files did not arrive whole; try again'
}

# Any of our files may be long: an own haproxy.cfg, the environment of the app, the hosts of a large pool.
open_long() {
    find "$stage" -name '*.gz' ! -path "$stage/release.tar.gz" -exec gzip -d {} +
}

# What is to be done is on disk before the change that asks for it, so that a killed run is made up for by the next.
# An empty mark is none: to empty a file needs no program, to remove it needs one.
mark() { [ "$1" = nothing ] || echo due >"$pending/$1"; }
marked() { [ -s "$pending/$1" ]; }
done_with() { if marked "$1"; then : >"$pending/$1"; fi; }

note() { changed="$changed${changed:+,}\"$1\""; }

# make_folder PATH OWNER: one that is not there yet; a user's is for that user alone, as sshd wants its own.
make_folder() {
    if [ -d "$1" ]; then return 0; fi
    mkdir -p "$1"
    [ "$2" = root ] || { chown "$2" "$1"; chmod 700 "$1"; }
}

# put PATH MODE OWNER REACTION: from the stage into place, if anything about it differs.
put() {
    staged=$stage/files$1
    if [ -e "$1" ]; then
        if cmp -s "$staged" "$1" && [ "$(stat -c '%04a %U' "$1")" = "$2 $3" ]; then return 0; fi
        mark "$4"
        # systemd reads a new unit by itself; of one that it may know it must be told.
        case $1 in /etc/systemd/system/*) mark daemon-reload ;; esac
        replace "$@"
    else
        mark_new "$1" "$4"
        make_folder "${1%/*}" "$3"
        install -m "$2" -o "$3" "$staged" "$1"
    fi
    note "$1"
}

# mark_new PATH REACTION: systemd reads a new unit by itself; what is new beside a unit it has to be told of only where
# it has read that unit before.
mark_new() {
    mark "$2"
    case $1 in /etc/systemd/system/*.d/*)
        beside=${1%.d/*}
        mark "read.${beside##*/}" ;;
    esac
}

# collect PATH MODE OWNER REACTION: the same, but new files of root's, which are most on a new node, wait for `place`.
collect() {
    if [ -e "$1" ] || [ "$3" != root ]; then
        put "$@"
        return
    fi
    mark_new "$1" "$4"
    echo ".$1" >>"$stage/fresh"
    note "$1"
}

# All of them with one program; their modes are those that the archive gave them.
place() {
    [ -e "$stage/fresh" ] || return 0
    (cd "$stage/files" && xargs -d '\n' -a ../fresh cp --preserve=mode --remove-destination --parents -t /)
    rm "$stage/fresh"
}

# Readers see the former file or the new one, never half of it.
replace() {
    install -m "$2" -o "$3" "$staged" "$1.poolparty-new"
    # In a container /etc/hosts is a mount of its own, which cannot be replaced but can be written.
    if ! mv -f "$1.poolparty-new" "$1" 2>/dev/null; then
        cat "$staged" >"$1"
        chown "$3" "$1"
        chmod "$2" "$1"
        rm -f "$1.poolparty-new"
    fi
}

# The manifest and its hash say what is on the disk; they are written when all of it is there.
remember() {
    if ! cmp -s "$stage/manifest.json" $home/manifest.json; then
        mv -f "$stage/manifest.json" $home/manifest.json
    fi
    hash=$(sha256sum <$home/manifest.json)
    hash=${hash%% *} hash_before=
    [ ! -e $home/config-hash ] || read -r hash_before <$home/config-hash || :
    if [ "$hash_before" != "$hash" ]; then
        printf '%s\n' "$hash" >$home/config-hash.new
        mv -f $home/config-hash.new $home/config-hash
    fi
    flock -u 9
}

# remember_file PATH: one file alone was changed; sets `entry` to what the manifest says of it now. A node that was never
# configured has nothing to remember.
remember_file() {
    entry=$(sha256sum <"$1")
    entry="$(stat -c '%04a %U' "$1") ${entry%% *}"
    [ -e $home/manifest.json ] || return 0
    sed "s|^  \"$1\": \"[^\"]*\"|  \"$1\": \"$entry\"|" $home/manifest.json >"$stage/manifest.json"
    remember
}
