# What every script of PoolParty on a node shares: where things are, one writer at a time, files put in place.
set -eu
umask 022
home=/opt/poolparty
pending=$home/pending
changed=

die() { echo "$1" >&2; exit 1; }

# die_if_full TEXT: where a program's own words are that the disk is full.
die_if_full() {
    case $1 in *'No space left on device'*) die "the disk of this node is full: $(df -h $home | awk 'END { print $4, "are free at", $6 }'); free some of it, then try again" ;; esac
}

need() {
    for tool in "$@"; do
        command -v "$tool" >/dev/null || die "$tool is not installed on this node; use an image that has it, or install it"
    done
}

# One writer at a time; the stage and the lock go when this shell ends, however it ends.
begin() {
    mkdir -p /run/poolparty $home/releases $pending /etc/poolparty
    exec 9>/run/poolparty/configure.lock
    flock -w 120 9 || die 'another configuration of this node is still under way after 120 s; try again later'
    # Only what a killed run left: others may still wait for their app, with a stage of their own.
    find $home -maxdepth 1 -name 'stage.*' -mmin +60 -exec rm -rf {} +
    stage=$(mktemp -d $home/stage.XXXXXX)
    trap 'rm -rf "$stage"' EXIT
    trap 'exit 130' INT TERM HUP
}

# The archive on standard input, into the stage.
unpack() {
    if why=$(tar -x --no-same-owner -C "$stage" -f - 2>&1); then return 0; fi
    die_if_full "$why"
    echo "$why" >&2
    die 'the archive with the files did not arrive whole; try again'
}

# What is to be done is on disk before the change that asks for it, so that a killed run is made up for by the next.
mark() { [ "$1" = nothing ] || : >"$pending/$1"; }
marked() { [ -e "$pending/$1" ]; }
done_with() { [ ! -e "$pending/$1" ] || rm "$pending/$1"; }

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
        mark "$4"
        case $1 in /etc/systemd/system/*.d/*) mark daemon-reload ;; esac
        make_folder "${1%/*}" "$3"
        install -m "$2" -o "$3" "$staged" "$1"
    fi
    note "$1"
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
        cp "$stage/manifest.json" $home/manifest.json.new
        mv -f $home/manifest.json.new $home/manifest.json
    fi
    hash=$(sha256sum <$home/manifest.json | cut -d ' ' -f 1)
    if [ "$(cat $home/config-hash 2>/dev/null)" != "$hash" ]; then
        printf '%s\n' "$hash" >$home/config-hash.new
        mv -f $home/config-hash.new $home/config-hash
    fi
    flock -u 9
}

# remember_file PATH ENTRY: one file alone was changed; a node that was never configured has nothing to remember.
remember_file() {
    [ -e $home/manifest.json ] || return 0
    sed "s|^  \"$1\": \"[^\"]*\"|  \"$1\": \"$2\"|" $home/manifest.json >"$stage/manifest.json"
    remember
}
