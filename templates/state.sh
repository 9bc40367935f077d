# What a node is now, told in lines `key value`. Changes nothing.
home=/opt/poolparty

# Mode, owner, hash and path of each file that the manifest names, read from the disk; two programs for all of them.
tell_files() {
    [ -e $home/manifest.json ] || return 0
    sed -n 's|^  "\(/[^"]*\)": .*|\1|p' $home/manifest.json >"$1"
    {
        xargs -r -d '\n' sha256sum <"$1" 2>/dev/null
        xargs -r -d '\n' stat -c 'stat %04a %U %n' <"$1" 2>/dev/null
    } | awk '
        $1 != "stat" { hash[substr($0, 67)] = $1; next }
        { path = $0; sub(/^stat [^ ]+ [^ ]+ /, "", path); if (path in hash) print "file", $2, $3, hash[path], path }'
}

# Units of ours that should run but do not; a change whose reaction is still due.
tell_unfinished() {
    units=haproxy
    for unit in poolparty-app poolparty-firewall poolparty-data; do
        if [ -e /etc/systemd/system/$unit.service ]; then units="$units $unit"; fi
    done
    if [ -e /etc/ha.d/ha.cf ]; then units="$units heartbeat"; fi
    if [ -n "$(ls -A $home/pending 2>/dev/null)" ]; then echo 'unfinished a change'; return 0; fi
    if systemctl is-active $units | grep -q -v '^active$'; then echo 'unfinished a unit does not run'; fi
}

tell_healthy() {
    if [ -z "$1" ]; then echo 'healthy yes'; return 0; fi
    code=$(curl -g -s --noproxy '*' -m 2 -o /dev/null -w '%{http_code}' "$1") || return 0
    case $code in 2??) echo 'healthy yes' ;; esac
}

tell_release() {
    current=$(readlink $home/current 2>/dev/null) || return 0
    if [ -e "$current.ready" ]; then echo "release ${current##*/}"; fi
}

# tell_line KEY VALUE: nothing where the value is not known.
tell_line() { if [ -n "$2" ]; then echo "$1 $2"; fi; }

# tell_state HEALTH_URL: for a node that was configured; any other has nothing to tell.
tell_state() {
    hash=$(cat $home/config-hash 2>/dev/null) || return 0
    echo "hash $hash"
    # In memory: a node whose disk is full must be able to say what it is.
    list=$(mktemp -p /run)
    tell_files "$list"
    rm -f "$list"
    tell_unfinished
    tell_release
    tell_healthy "$1"
    tell_line host "$(own_host)"
    tell_line device "$(own_device)"
    tell_line ssh_key "$(cut -d ' ' -f 1,2 /etc/poolparty/ssh/id_ed25519.pub 2>/dev/null)"
    tell_line host_key "$(cut -d ' ' -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub 2>/dev/null)"
    tell_line secret "$(cat $home/heartbeat-secret 2>/dev/null)"
}
