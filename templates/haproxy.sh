# HAProxy on a node: its servers are changed through the runtime socket, and the file on disk says the same.
config=/etc/haproxy/haproxy.cfg
socket=/run/haproxy/admin.sock

ask() {
    socat -t 5 - "UNIX-CONNECT:$socket" 2>/dev/null <<.
$1
.
}

check_haproxy() {
    haproxy -c -f "$1" >"$stage/check" 2>&1 ||
        die "haproxy refuses the new haproxy.cfg or what it loads, and goes on as before: $(grep -m 3 ALERT "$stage/check" | tr '\n' ' ')"
}

# "ID ADDRESS OPTIONS" of every server line in a configuration's backend app.
servers_of() {
    awk '/^[a-z]/ { mine = $1 == "backend" && $2 == "app" }
         mine && $1 == "server" { sub(/^[ \t]*server[ \t]+/, ""); print }' "$1"
}

# "ID ADDRESS" of every server that haproxy has now.
servers_now() { ask 'show servers state app' | awk '/^[0-9]/ && NF > 18 { print $4, $5 ":" $19 }'; }

same_but_servers() {
    awk '/^[ \t]*server[ \t]/ { next }
         FILENAME == ARGV[1] { line[++n] = $0; next }
         $0 "" != line[++m] "" { differs = 1; exit }
         END { exit differs || n != m }' "$1" "$2"
}

worker() { ask 'show info' | awk '$1 == "Pid:" { print $2 }'; }

# Returns once the new worker answers on the socket. The signal is what systemd's reload sends, which would check
# the configuration once more; a check costs as much as half a reload.
reload_haproxy() {
    before=$(worker) || before=
    systemctl kill --kill-who=main --signal=USR2 haproxy 2>/dev/null || systemctl restart haproxy ||
        die 'haproxy cannot be started; see journalctl -u haproxy on the node'
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

# Does one of them hold or await requests? Columns of `show stat`: 3 is the queue, 5 the sessions, 18 the status.
# What has died gets 3 s, in which TCP takes its requests away; what is left then hangs in an app that does not move.
busy() {
    ask 'show stat' | awk -F, -v ids="$1" -v tenths="$2" '
        BEGIN { n = split(ids, list, " "); for (i = 1; i <= n; i++) leaving[list[i]] }
        $1 == "app" && $2 in leaving && !($18 ~ /^DOWN/ && tenths >= 30) { held += $3 + $5 }
        END { exit !held }'
}

# Its idle connections let go after some seconds, only then haproxy forgets it.
forget_server() {
    ask "set server app/$1 state maint; shutdown sessions server app/$1" >/dev/null
    tries=0
    until ask "del server app/$1" | grep -q deleted || [ $tries -ge 100 ]; do tries=$((tries + 1)); sleep 0.1; done
}

# No new requests; then up to 60 s for those under way; then they go.
remove_servers() {
    for id in $1; do ask "set server app/$id state drain" >/dev/null; done
    tries=0
    while busy "$1" $tries && [ $tries -lt 600 ]; do tries=$((tries + 1)); sleep 0.1; done
    for id in $1; do forget_server "$id"; done
}

# Prints the ids of those that are new. What haproxy had before is in the stage.
add_missing() {
    servers_now >"$stage/now"
    awk 'FILENAME == ARGV[1] { has[$1]; next } !($1 in has)' "$stage/now" "$stage/wanted" >"$stage/missing"
    while read -r id address options; do
        add_server "$id" "$address" "$options"
        echo "$id"
    done <"$stage/missing"
}

# Is one of them not up, or not yet? A newcomer is, from its first good check on.
any_down() {
    ask 'show stat' | awk -F, -v ids="$1" '
        BEGIN { n = split(ids, list, " "); for (i = 1; i <= n; i++) new[list[i]] }
        $1 == "app" && $2 in new && $18 !~ /^UP/ { down = 1 }
        END { exit !down }'
}

# Makes haproxy's servers those of its configuration on disk, without a reload. Newcomers first, so that somebody
# serves while others leave: these wait up to 5 s for them. One whose address has changed leaves and comes anew.
settle_servers() {
    servers_of $config >"$stage/wanted"
    newcomers=$(add_missing)
    # A haproxy that does not take them needs a reload, before anybody leaves.
    if [ -n "$newcomers" ]; then
        servers_now >"$stage/now"
        for id in $newcomers; do grep -q "^$id " "$stage/now" || return 0; done
    fi
    leaving=$(awk 'FILENAME == ARGV[1] { wants[$1, $2]; next } !(($1, $2) in wants) { print $1 }' "$stage/wanted" "$stage/now")
    if [ -n "$leaving" ]; then
        tries=0
        while any_down "$newcomers" && [ $tries -lt 50 ]; do tries=$((tries + 1)); sleep 0.1; done
        remove_servers "$leaving"
        add_missing >/dev/null
        servers_now >"$stage/now"
    fi
}

# After settle_servers. One that has no servers says as little as one that does not run.
settled() {
    [ -s "$stage/now" ] || systemctl is-active --quiet haproxy || return 1
    awk 'FILENAME == ARGV[1] { wants[$1, $2]; n++; next } !(($1, $2) in wants) { other = 1 } { m++ }
         END { exit other || n != m }' "$stage/wanted" "$stage/now"
}

# take_haproxy: the staged haproxy.cfg into place, and haproxy to what it says. A reload only where the servers
# are not all that differs, or where the socket could not bring them about.
take_haproxy() {
    next=$stage/files$config
    # Server lines are ours, made of ids and addresses: a change of them alone needs no check.
    if same_but_servers "$next" $config; then same=true; else same=false; check_haproxy "$next"; fi
    if $same && ! marked reload-haproxy; then
        put $config "$1" "$2" nothing
        settle_servers
        settled || reload_haproxy
    else
        put $config "$1" "$2" reload-haproxy
        if marked reload-haproxy || ! systemctl is-active --quiet haproxy; then reload_haproxy; fi
    fi
}

# keep_haproxy: haproxy.cfg stays as it is; haproxy runs, and is told where something beside it has changed.
keep_haproxy() {
    if ! marked reload-haproxy && systemctl is-active --quiet haproxy; then return 0; fi
    check_haproxy $config
    reload_haproxy
}

# One JSON line: {"servers":[{"id","address","status"}]}; the status is HAProxy's own word, UP, DOWN, DRAIN, MAINT …
report_servers() {
    ask 'show servers state app; show stat' | awk '
        BEGIN { printf "{\"servers\":[" }
        /^[0-9]/ && NF > 18 { address[$4] = $5 ":" $19; next }
        split($0, f, ",") > 18 && f[1] == "app" && f[2] in address {
            printf "%s{\"id\":\"%s\",\"address\":\"%s\",\"status\":\"%s\"}", sep, f[2], address[f[2]], f[18]; sep = ","
        }
        END { print "]}" }'
}
