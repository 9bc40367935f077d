# HAProxy on a node: its servers are changed through the runtime socket, and the file on disk says the same.
config=/etc/haproxy/haproxy.cfg
socket=/run/haproxy/admin.sock

ask() { printf '%s\n' "$1" | socat -t 5 - "UNIX-CONNECT:$socket" 2>/dev/null; }

check_haproxy() {
    haproxy -c -f "$1" >"$stage/check" 2>&1 ||
        die "haproxy refuses the new haproxy.cfg, nothing was changed: $(grep -m 3 ALERT "$stage/check" | tr '\n' ' ')"
}

# "ID ADDRESS OPTIONS" of every server line in a configuration's backend app.
servers_of() {
    awk '/^[a-z]/ { mine = $1 == "backend" && $2 == "app" }
         mine && $1 == "server" { sub(/^[ \t]*server[ \t]+/, ""); print }' "$1"
}

# "ID ADDRESS" of every server that haproxy has now.
servers_now() { ask 'show servers state app' | awk '/^[0-9]/ && NF > 18 { print $4, $5 ":" $19 }'; }

same_but_servers() {
    grep -v '^[[:space:]]*server[[:space:]]' "$1" >"$stage/one" || :
    grep -v '^[[:space:]]*server[[:space:]]' "$2" >"$stage/other" || :
    cmp -s "$stage/one" "$stage/other"
}

worker() { ask 'show info' | awk '$1 == "Pid:" { print $2 }'; }

# Returns once the new worker answers on the socket. The signal is what systemd's reload sends, which would check
# the configuration once more; a check costs as much as half a reload.
reload_haproxy() {
    before=$(worker) || before=
    systemctl is-active --quiet haproxy && systemctl kill --kill-who=main --signal=USR2 haproxy ||
        systemctl restart haproxy || die 'haproxy cannot be started; see journalctl -u haproxy on the node'
    tries=0
    while [ $tries -lt 25 ]; do
        sleep 0.2
        after=$(worker) || after=
        if [ -n "$after" ] && [ "$after" != "$before" ]; then break; fi
        tries=$((tries + 1))
    done
    done_with reload-haproxy
}

add_server() {
    ask "add server app/$1 $2 $3; enable health app/$1; enable server app/$1" >/dev/null
}

# Does it hold or await requests? Columns of `show stat`: 3 is the queue, 5 the sessions.
busy() { ask 'show stat' | awk -F, -v id="$1" '$1 == "app" && $2 == id { n = $3 + $5 } END { exit !n }'; }

# No new requests; then up to 30 s for those under way; then it goes. Idle connections let go after some seconds.
remove_server() {
    ask "set server app/$1 state drain" >/dev/null
    tries=0
    while busy "$1" && [ $tries -lt 300 ]; do tries=$((tries + 1)); sleep 0.1; done
    ask "set server app/$1 state maint; shutdown sessions server app/$1" >/dev/null
    tries=0
    until ask "del server app/$1" | grep -q deleted || [ $tries -ge 100 ]; do tries=$((tries + 1)); sleep 0.1; done
}

# Makes haproxy's servers those of its configuration on disk, without a reload.
settle_servers() {
    servers_of $config >"$stage/wanted"
    servers_now >"$stage/now"
    awk '{ print $1, $2 }' "$stage/wanted" >"$stage/wanted-names"
    while read -r id address; do
        grep -q -x -F -- "$id $address" "$stage/wanted-names" || remove_server "$id"
    done <"$stage/now"
    while read -r id address options; do
        grep -q -x -F -- "$id $address" "$stage/now" || add_server "$id" "$address" "$options"
    done <"$stage/wanted"
}

settled() {
    servers_now | sort >"$stage/now"
    sort "$stage/wanted-names" | cmp -s - "$stage/now"
}

# take_haproxy: the staged haproxy.cfg into place, and haproxy to what it says. A reload only where the servers
# are not all that differs, or where the socket could not bring them about.
take_haproxy() {
    next=$stage/files$config
    # Server lines are ours, made of ids and addresses: a change of them alone needs no check.
    if same_but_servers "$next" $config; then same=true; else same=false; check_haproxy "$next"; fi
    if $same && systemctl is-active --quiet haproxy && ! marked reload-haproxy; then
        put $config "$1" "$2" nothing
        settle_servers
        settled || reload_haproxy
    else
        put $config "$1" "$2" reload-haproxy
        if marked reload-haproxy || ! systemctl is-active --quiet haproxy; then reload_haproxy; fi
    fi
}

# One JSON line: {"servers":[{"id","address","status"}]}; the status is HAProxy's own word, UP, DOWN, DRAIN, MAINT …
report_servers() {
    servers_now >"$stage/now"
    ask 'show stat' | awk -F, '
        NR == FNR { split($0, pair, " "); address[pair[1]] = pair[2]; next }
        $1 == "app" && $2 in address {
            printf "%s{\"id\":\"%s\",\"address\":\"%s\",\"status\":\"%s\"}", sep, $2, address[$2], $18; sep = ","
        }' "$stage/now" - >"$stage/servers"
    printf '{"servers":[%s]}\n' "$(cat "$stage/servers")"
}
