# What a node lacks of a pool's software. Only looks, and costs some milliseconds.
node_link=/usr/local/bin/node

# node_is_new MAJOR MINOR: is there a Node that is no older?
node_is_new() {
    version=$(node -v 2>/dev/null) || return 1
    version=${version#v}
    major=${version%%.*} minor=${version#*.}
    [ "$major" -gt "$1" ] || { [ "$major" -eq "$1" ] && [ "${minor%%.*}" -ge "$2" ]; }
}

# An npm of ours came with a Node of ours, and goes with it.
npm_is_there() {
    npm_link=$(command -v npm) || return 1
    case $(readlink "$npm_link") in /opt/poolparty/*) node_is_new "$@" ;; esac
}

# lacking HASH NPM MAJOR MINOR PROGRAM=PACKAGE…: the packages whose program is not here, `node` where it is too old, and
# `npm`, which apps want but PoolParty can do without; with `no` for NPM it is not asked for.
lacking() {
    hash=$1 npm=$2 wanted_major=$3 wanted_minor=$4
    shift 4
    for pair in "$@"; do
        command -v "${pair%%=*}" >/dev/null || printf ' %s' "${pair#*=}"
    done
    # An installation that was finished has seen to Node and npm.
    if [ "$(cat /opt/poolparty/install-hash 2>/dev/null)" = "$hash" ] && command -v node >/dev/null; then return 0; fi
    node_is_new "$wanted_major" "$wanted_minor" || printf ' node'
    [ "$npm" = no ] || npm_is_there "$wanted_major" "$wanted_minor" || printf ' npm'
}

# stop_if_lacking …: where something is missing, says what, and ends the script with code 86.
stop_if_lacking() {
    if [ -n "$(lacking "$@")" ]; then report_lacking "$@"; exit 86; fi
}

# Two lines: what is lacking, and what kind of programs run here (`Linux x86_64 glibc 2.36`).
report_lacking() {
    echo "lacks$(lacking "$@")"
    echo "system $(uname -sm) $(getconf GNU_LIBC_VERSION 2>/dev/null)"
}
