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

# The last lines that haproxy has written since a moment (seconds of the epoch) about what it could not do.
haproxy_words() {
    journalctl --sync 2>/dev/null || :
    journalctl -n 200 --no-pager -o cat --since "@$1" _SYSTEMD_UNIT=haproxy.service 2>/dev/null |
        grep -e ALERT -e 'cannot ' -e 'Loading failure' | grep -v -e 'CLI :' -e 'has no server available' | tail -n 4 | tr '\n' ' '
}

# Returns once the new worker answers on the socket; 1 with `why` where none comes. The signal is what systemd's reload
# sends, which would check the configuration once more; a check costs as much as half a reload.
reload_haproxy() {
    before=$(worker) || before=
    since=$(date +%s.%N)
    goes_on=false
    if ! systemctl kill --kill-who=main --signal=USR2 haproxy 2>/dev/null && ! said=$(systemctl restart haproxy 2>&1); then
        words=$(haproxy_words "$since")
        why="haproxy cannot be started: ${words:-$(echo "$said" | head -n 1)}"
        return 1
    fi
    seconds_up
    end=$((up + 15))
    while [ "$up" -lt "$end" ]; do
        sleep 0.2
        after=$(worker) || after=
        if [ -n "$after" ] && [ "$after" != "$before" ]; then return 0; fi
        seconds_up
        # It tries for 2 s to bind a port.
        if [ $((end - up)) -le 13 ] && haproxy_words "$since" | grep -q 'Loading failure'; then goes_on=true; break; fi
    done
    why="haproxy did not come up with the new configuration: $(haproxy_words "$since")"
    [ -n "$after" ] || why="haproxy does not answer at $socket, which haproxy.cfg has to name as its stats socket: $(haproxy_words "$since")"
    return 1
}

# Ids of the servers that haproxy sends requests to and that have passed a check since it has them. Those that merely
# did not answer the last one in time may be kept up by haproxy.lua.
# Columns of `show stat`: 18 is the status, 37 the last check.
found_well() { ask 'show stat' | awk -F, '$1 == "app" && $18 ~ /^UP/ && $37 !~ /(INI|TOUT)$/ { print $2 }'; }

# found_again IDS: all of them have passed a check of the haproxy that has just been loaded, within 10 s; 1 with `why`
# where one has not, at once where none has.
found_again() {
    seconds_up
    end=$((up + 10))
    while :; do
        ask 'show stat' | awk -F, -v ids="$1" '
            BEGIN { n = split(ids, list, " "); for (i = 1; i <= n; i++) wanted[list[i]] }
            $1 != "app" || !($2 in wanted) { next }
            { seen++ }
            $37 ~ /INI$/ { open++; next }
            $18 ~ /^UP/ && $37 !~ /TOUT$/ { well++; next }
            { sub(/^\* /, "", $37); ill = ill " " $2 " (" $37 ($38 == "" ? "" : " " $38) ")" }
            END { if (seen < n) print "lacks a server"
                  else if (well == n) print "well"
                  else if (!open && !well) print "ends" ill
                  else print "waits" ill }' >"$stage/again"
        read -r word ill <"$stage/again" || :
        seconds_up
        case $word in well) return 0 ;; waits) [ "$up" -ge "$end" ] || { sleep 0.2; continue; } ;; esac
        why="with the new haproxy.cfg haproxy does not find the servers well that it found well before: ${ill:-they are not there}"
        return 1
    done
}

# The address at which visitors reach this node; 127.0.0.1 would also reach what no visitor does.
own_address() { ip -4 -o route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p'; }

# front_status OPTION… URL: 000 where no HTTP comes back.
front_status() { curl -g -s --noproxy '*' -m 3 -o /dev/null -w '%{http_code}' "$@" || :; }

# Do requests wait for a free place in the app, or is one of the servers late, to which this one may have gone? Columns of
# `show stat`: 3 is the queue, 37 the last check.
is_busy() {
    ask 'show stat' | awk -F, '
        $1 == "app" && ($2 == "BACKEND" ? $3 > 0 : $37 ~ /TOUT$/) { busy = 1 } END { exit !busy }'
}

# Does haproxy answer visitors, where it has servers for them? Whatever the answer is, and in which of the ways that a
# visitor or a balancer before us may speak: a user's own frontend may ask for a password, for TLS, or for PROXY.
front_answers() {
    [ -n "$front" ] || return 0
    at=$(own_address)
    at=${at:-127.0.0.1}$front
    plain=$(front_status "http://$at") others=
    if [ "$plain" = 000 ]; then
        # Who does not speak PROXY answers it with 400.
        others="$(front_status -k "https://$at") $(front_status --haproxy-protocol "http://$at" | sed 's/400/000/')"
    fi
    for code in "$plain" $others; do
        case $code in 000 | 5??) ;; *) return 0 ;; esac
    done
    # Where visitors wait for the app, so does this one.
    if [ "$plain" = 000 ]; then plain=nothing; ! is_busy || return 0; fi
    why="with the new haproxy.cfg visitors get no page: http://$at answers $plain"
    return 1
}

# "PORT PROGRAM" of what other programs listen on of that which haproxy.cfg binds; addresses of IPv4, as nearly all are.
taken_ports() {
    { ss -H -l -t -n -p 2>/dev/null || :; cat $config; } | awk '
        function port(place) { return place ~ /:[0-9]+$/ ? substr(place, match(place, /[0-9]+$/)) : "" }
        function host(place) { sub(/:[0-9]+$/, "", place); sub(/^ipv4@/, "", place); sub(/%.*/, "", place); return place == "" || place == "0.0.0.0" ? "*" : place }
        $1 == "LISTEN" {
            split($6, user, "\"")
            if (user[2] != "haproxy" && host($4) ~ /^[0-9.*]+$/) { at[++n] = $4; name[n] = user[2] }
        }
        $1 == "bind" {
            count = split($2, places, ",")
            for (i = 1; i <= count; i++)
                for (j = 1; j <= n; j++)
                    if (port(places[i]) != "" && port(places[i]) == port(at[j]) && host(places[i]) ~ /^[0-9.*]+$/ &&
                        (host(places[i]) == "*" || host(at[j]) == "*" || host(places[i]) == host(at[j])))
                        print port(at[j]), name[j] == "" ? "the kernel" : name[j]
        }' | sort -u
}

# 1 with `why` where haproxy could not bind its ports. It tries for 2 s, and takes no visitors meanwhile.
ports_free() {
    taken=$(taken_ports)
    [ -n "$taken" ] || return 0
    if systemctl is-active --quiet haproxy; then goes_on=true; else goes_on=false; fi
    why="port ${taken%% *} of haproxy.cfg is taken on this node by $(echo "${taken#* }" | head -n 1); free it, or choose another"
    return 1
}

reloaded=false goes_on=false

# load_haproxy MODE OWNER: haproxy.cfg is in place; haproxy comes to run with it, and to serve as well as before.
# Else it is taken back.
load_haproxy() {
    well=
    for id in $(found_well); do
        case " $proofs " in *" $id "*) grep -q "^$id " "$stage/wanted" && well="$well $id" || : ;; esac
    done
    if ports_free && reload_haproxy; then
        servers_now >"$stage/now"
        if ask 'show servers state app' | grep -q 'find backend'; then why='with the new haproxy.cfg haproxy has no backend app'
        elif ! settled; then why="with the new haproxy.cfg haproxy has not the servers that it should have in its backend app: $(refused)"
        elif [ -z "$well" ] || { found_again "${well# }" && front_answers; }; then
            done_with reload-haproxy
            reloaded=true
            return 0
        fi
    fi
    take_back "$1" "$2"
}

# take_back MODE OWNER: the former file is put back, and haproxy goes on with that one. The mark of the reload stays.
take_back() {
    failed=$why outcome='it goes on with the former configuration'
    if [ -e "$stage/former.cfg" ]; then
        install -m "$1" -o "$2" "$stage/former.cfg" $config.poolparty-new
        mv -f $config.poolparty-new $config
        if ! $goes_on && ! reload_haproxy; then outcome="nor with the former one: $why"; fi
    fi
    mark reload-haproxy
    die "$failed; $outcome"
}

# serves_own_app MODE OWNER: beside another haproxy.cfg the app was started anew, so that nothing could be found well when
# that was loaded. Now that the app answers, haproxy has to find it, too, and to answer visitors; else it is taken back.
# A new node has nothing to take back.
serves_own_app() {
    own=$(own_id)
    if ! $reloaded || [ -z "$hash_before" ] || [ -z "$own" ] || ! grep -q "^$own " "$stage/wanted"; then return 0; fi
    if finds "$own" && front_answers; then return 0; fi
    flock -w "${lock_wait:-120}" 9
    take_back "$1" "$2"
}

# finds ID: well, within 15 s; 1 with `why` where it is not.
finds() {
    seconds_up
    end=$((up + 15))
    until found_well | grep -q -x -F "$1"; do
        seconds_up
        if [ "$up" -ge "$end" ]; then
            why="with the new haproxy.cfg haproxy does not find the app of this node well, which answers: $(ask 'show stat' | awk -F, -v id="$1" '$1 == "app" && $2 == id { print $37, $38 }')"
            return 1
        fi
        sleep 0.3
    done
}

# What the socket has said to whom it did not take.
refused() { tr '\n' ' ' <"$stage/refused" 2>/dev/null || :; }

# add_server ID ADDRESS OPTIONS: 1 where haproxy does not take it; its answer is kept.
add_server() {
    answer=$(ask "add server app/$1 $2 $3; enable health app/$1; enable server app/$1") || answer=
    case $answer in *'New server registered.'*) return 0 ;; esac
    echo "$1: ${answer:-no answer}" | tr -d '\n' >>"$stage/refused"
    return 1
}

# busy IDS SECONDS: does one of them hold or await requests? Columns of `show stat`: 3 is the queue, 5 the sessions.
# What has died gets 3 s, in which TCP takes its requests away; what is left then hangs in an app that does not move.
busy() {
    ask 'show stat' | awk -F, -v ids="$1" -v seconds="$2" '
        BEGIN { n = split(ids, list, " "); for (i = 1; i <= n; i++) leaving[list[i]] }
        $1 == "app" && $2 in leaving && !($18 ~ /^DOWN/ && seconds >= 3) { held += $3 + $5 }
        END { exit !held }'
}

# Its idle connections let go after some seconds, only then haproxy forgets it.
forget_server() {
    ask "set server app/$1 state maint; shutdown sessions server app/$1" >/dev/null
    tries=0
    until ask "del server app/$1" | grep -q deleted || [ $tries -ge 100 ]; do tries=$((tries + 1)); sleep 0.1; done
}

# No new requests; then up to drain_limit for those under way; then they go. What has not gone is found by `settled`.
remove_servers() {
    for id in $1; do ask "set server app/$id state drain" >/dev/null; done
    seconds_up
    began=$up
    while busy "$1" $((up - began)) && [ $((up - began)) -lt "$drain" ]; do sleep 0.1; seconds_up; done
    for id in $1; do forget_server "$id"; done
}

# Prints the ids of those that are new. What haproxy had before is in the stage.
add_missing() {
    servers_now >"$stage/now"
    awk 'FILENAME == ARGV[1] { has[$1]; next } !($1 in has)' "$stage/now" "$stage/wanted" >"$stage/missing"
    while read -r id address options; do
        if add_server "$id" "$address" "$options"; then echo "$id"; fi
    done <"$stage/missing"
}

# Is one of them not up, or not yet? A newcomer is up from its first good check on: until then haproxy merely hopes.
any_down() {
    found_well >"$stage/well"
    for id in $1; do grep -q -x -F "$id" "$stage/well" || return 0; done
    return 1
}

# Makes haproxy's servers those of its configuration on disk, without a reload. Newcomers first, so that somebody
# serves while others leave: these wait up to 5 s for them. One whose address has changed leaves and comes anew.
settle_servers() {
    servers_of $config >"$stage/wanted"
    newcomers=$(add_missing)
    # A haproxy that does not take one of them needs a reload, before anybody leaves.
    if [ -s "$stage/refused" ]; then return 0; fi
    if [ -n "$newcomers" ]; then servers_now >"$stage/now"; fi
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

# Is a server that stays to come to another address?
moves_servers() {
    servers_of $config | awk 'FILENAME == ARGV[1] { at[$1] = $2; next } $1 in at && at[$1] != $2 { moved = 1 } END { exit !moved }' "$stage/wanted" -
}

# take_haproxy MODE OWNER DRAIN FRONT IDS: the staged haproxy.cfg into place, and haproxy to what it says. A reload only
# where the servers are not all that differs, or where the socket could not bring them about. DRAIN is in seconds;
# FRONT is where visitors come in, as :PORT/PATH, asked after a reload; these servers have to be found well then, if they were before.
take_haproxy() {
    next=$stage/files$config drain=${3:-60} front=${4:-} proofs=${5:-}
    # Server lines are ours, made of ids and addresses: a change of them alone needs no check.
    if same_but_servers "$next" $config; then same=true; else same=false; check_haproxy "$next"; fi
    servers_of "$next" >"$stage/wanted"
    if [ -e $config ]; then cp -p $config "$stage/former.cfg"; fi
    # Where they go to other addresses, whether somebody answers there is tried as any other change is.
    if $same && ! marked reload-haproxy && ! moves_servers; then
        put $config "$1" "$2" nothing
        settle_servers
        settled || load_haproxy "$1" "$2"
    else
        put $config "$1" "$2" reload-haproxy
        if marked reload-haproxy || ! systemctl is-active --quiet haproxy; then load_haproxy "$1" "$2"; fi
    fi
}

# take_members: the same with the staged servers alone; all else of haproxy.cfg stays as it is on this node. A server
# that was there keeps its line, since its app is still the one that the line was written for.
take_members() {
    next=$stage/files$config
    servers_of "$next" >"$stage/wanted"
    awk '
        function host(address) { sub(/:[0-9]+$/, "", address); return address }
        FILENAME == ARGV[1] { order[++n] = $1; address[$1] = $2; line[$1] = "    server " $0; next }
        /^[a-z]/ { mine = $1 == "backend" && $2 == "app" }
        !(mine && $1 == "server") { if (mine && $1 != "") last = FNR; text[FNR] = $0; rows = FNR; next }
        { if (!first) first = FNR; rows = FNR; gone[FNR]
          if ($2 in address && host($3) == host(address[$2])) line[$2] = $0 }
        END {
            for (at = 1; at <= rows; at++) {
                if (at == first) for (i = 1; i <= n; i++) print line[order[i]]
                if (!(at in gone)) print text[at]
                if (!first && at == last) for (i = 1; i <= n; i++) print line[order[i]]
            }
        }' "$stage/wanted" $config >"$stage/members.cfg"
    mv -f "$stage/members.cfg" "$next"
    take_haproxy "$@"
}

# keep_haproxy: haproxy.cfg stays as it is; haproxy runs, and is told where something beside it has changed.
keep_haproxy() {
    front=${4:-} proofs=${5:-}
    if ! marked reload-haproxy && systemctl is-active --quiet haproxy; then return 0; fi
    check_haproxy $config
    servers_of $config >"$stage/wanted"
    load_haproxy "$1" "$2"
}

# One JSON line: {"servers":[{"id","address","status","checked","since","total","errors"}],"entry"}; the status is HAProxy's
# own word, UP, DOWN, DRAIN, MAINT …, `since` how many seconds ago it last changed, `errors` how many of `total` requests were
# answered with 5xx, `entry` what the manifest says of haproxy.cfg.
report_servers() {
    ask 'show servers state app; show stat' | awk -v entry="${entry:-}" '
        BEGIN { printf "{\"servers\":[" }
        /^[0-9]/ && NF > 18 { address[$4] = $5 ":" $19; next }
        split($0, f, ",") > 44 && f[1] == "app" && f[2] in address {
            printf "%s{\"id\":\"%s\",\"address\":\"%s\",\"status\":\"%s\",\"checked\":%s,\"since\":%d,\"total\":%d,\"errors\":%d}", sep,
                f[2], address[f[2]], f[18], f[37] ~ /(INI|TOUT)$/ ? "false" : "true", f[24], f[8], f[44]; sep = "," }
        END { printf "],\"entry\":\"%s\"}\n", entry }'
}
