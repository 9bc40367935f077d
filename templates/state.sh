# What a node is now, told in lines `key value`. Changes nothing.
home=/opt/poolparty

# Mode, owner, hash and path of each file that the manifest names, read from the disk; two programs for all of them.
# Nothing is written: a node whose disk is full must be able to say what it is.
tell_files() (
    paths=$(sed -n 's|^  "\(/[^"]*\)": .*|\1|p' $home/manifest.json 2>/dev/null)
    [ -n "$paths" ] || exit 0
    set -f
    IFS='
'
    {
        sha256sum $paths 2>/dev/null
        stat -c 'stat %04a %U %n' $paths 2>/dev/null
    } | awk '
        $1 != "stat" { hash[substr($0, 67)] = $1; next }
        { path = $0; sub(/^stat [^ ]+ [^ ]+ /, "", path); if (path in hash) print "file", $2, $3, hash[path], path }'
)

# The hash of haproxy.cfg but for its servers.
tell_rest() {
    [ -e /etc/haproxy/haproxy.cfg ] || return 0
    rest=$(grep -v '^[[:blank:]]*server[[:blank:]]' /etc/haproxy/haproxy.cfg | sha256sum)
    echo "rest ${rest%% *}"
}

# Units of ours that should run but do not; a change whose reaction is still due.
tell_unfinished() {
    units=haproxy
    for unit in poolparty-app poolparty-firewall poolparty-data; do
        if [ -e /etc/systemd/system/$unit.service ]; then units="$units $unit"; fi
    done
    if [ -e /etc/ha.d/ha.cf ]; then units="$units heartbeat"; fi
    for due in $home/pending/*; do
        if [ -s "$due" ]; then echo 'unfinished a change'; return 0; fi
    done
    for state in $(systemctl is-active $units); do
        if [ "$state" != active ]; then echo 'unfinished a unit does not run'; return 0; fi
    done
}

tell_healthy() {
    if [ -z "$1" ]; then echo 'healthy yes'; return 0; fi
    code=$(curl -g -s --noproxy '*' -H "Host: $2" -m 2 -o /dev/null -w '%{http_code}' "$1") || return 0
    case $code in 2??) echo 'healthy yes' ;; esac
}

tell_release() {
    current=$(readlink $home/current 2>/dev/null) || return 0
    if [ -e "$current.ready" ]; then echo "release ${current##*/}"; fi
}

# tell_line KEY VALUE: nothing where the value is not known.
tell_line() { if [ -n "$2" ]; then echo "$1 $2"; fi; }

# tell_words KEY FILE: the first two words of a file, where there is one.
tell_words() { if read -r one two _ <"$2"; then echo "$1 $one${two:+ $two}"; fi 2>/dev/null; }

# tell_state HEALTH_URL HOST: for a node that was configured; any other has nothing to tell. Many are asked at once, so
# that every program that need not be started counts.
tell_state() {
    if [ ! -e $home/config-hash ]; then return 0; fi
    tell_words hash $home/config-hash
    tell_files
    tell_rest
    tell_unfinished
    tell_release
    tell_healthy "$1" "$2"
    tell_line host "$(own_host)"
    tell_line device "$(own_device)"
    tell_words ssh_key /etc/poolparty/ssh/id_ed25519.pub
    tell_words host_key /etc/ssh/ssh_host_ed25519_key.pub
    tell_words secret $home/heartbeat-secret
}
