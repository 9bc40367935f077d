# Brings a node to its configuration: files, the app's release, services; then waits until the app is healthy.
app_unit=poolparty-app.service
app_since=

mark_app() { mark restart-app; note "$1"; }

make_user() {
    id poolparty-app >/dev/null 2>&1 ||
        useradd --system --user-group --home-dir $home --shell /usr/sbin/nologin poolparty-app
}

# paths_in MANIFEST: its files, one a line.
paths_in() { sed -n 's|^  "\(/[^"]*\)": .*|\1|p' "$1"; }

# Files that a former configuration put here and this one does not know any more.
remove_forgotten() {
    [ -e $home/manifest.json ] || return 0
    paths_in "$stage/manifest.json" >"$stage/known"
    paths_in $home/manifest.json | grep -v -x -F -f "$stage/known" | while read -r path; do
        case $path in
        /etc/systemd/system/*.d/*) mark daemon-reload ;;
        /etc/systemd/system/*) systemctl disable --quiet --now "$(basename "$path")" || : ; mark daemon-reload ;;
        esac
        rm -f "$path"
    done
}

# tell_asker PROCESS: a sign each second that the script goes on. Where nobody takes it the process is ended: sshd ends
# nothing when its connection is closed, and what hangs would hold this node.
tell_asker() {
    trap '' PIPE
    while sleep 1 </dev/null >/dev/null 2>&1 && echo 2>/dev/null; do :; done
    : >"$stage/unheard"
    kill "$1"
}

# bounded LINE: by itself no install line has to end; all that it has begun ends with it.
bounded() {
    cd "$release"
    HOME=/root DEBIAN_FRONTEND=noninteractive exec timeout -k 10 "$install_limit" sh -c "$1" >"$stage/out" 2>&1 </dev/null 9>&-
}

# install_line LINE: `install_limit` is in seconds.
install_line() {
    echo "$1" >"$lock"
    seconds_up
    due=$((up + install_limit))
    bounded "$1" &
    line=$!
    trap 'kill "$line" 2>/dev/null || :; exit 130' INT TERM HUP
    tell_asker "$line" 9>&- &
    teller=$!
    if wait "$line"; then code=0; else code=$?; fi
    kill "$teller" 2>/dev/null || :
    trap 'exit 130' INT TERM HUP
    : >"$lock"
    [ "$code" -eq 0 ] || forget_release
    [ ! -e "$stage/unheard" ] || exit 130
    [ "$code" -ne 0 ] || return 0
    seconds_up
    if [ "$up" -lt "$due" ]; then how="failed with code $code"; else how="did not end within $install_limit s"; fi
    { echo "the install line $how: $1"; tail -n 20 "$stage/out"; } >&2
    exit 1
}

# The release's own time, out of its id: the same on every node, and another for the next release, so that what a
# browser or a proxy keeps of a file whose size stayed is not taken for the new one. From 2008 to 2016.
release_time() { echo $((1199145600 + 0x$(printf %.7s "$1"))); }

# set_times ID: of packages that an install line brought, compilers remember the times.
set_times() {
    find "$release" -name '*-packages' -prune -o -exec touch -h -d "@$(release_time "$1")" {} +
}

# Is this release installed to its end, and the app's own still?
is_ready() { [ -e "$1.ready" ] && [ "$(stat -c %U "$1")" = poolparty-app ]; }

# Does the app of this node serve nobody? It does not stay up, or haproxy finds it ill; one that does not answer in time
# may be merely busy. Columns of `show stat`: 18 is the status, 37 the last check.
app_is_out() {
    for try in 1 2 3 4 5 6; do
        systemctl is-active --quiet $app_unit || return 0
        sleep 0.5
    done
    ask 'show stat' | awk -F, -v id="$(own_id)" '
        $1 == "app" && $2 == id && $18 ~ /^DOWN/ && $37 !~ /TOUT$/ { out = 1 } END { exit !out }'
}

# What the app or an install line has filled the disk with goes for another release, where it is so much that its going
# helps, and nobody is served by it.
drop_dead_release() {
    dead=$(readlink $home/current) || return 0
    size=$(du -s -B 1 "$dead" 2>/dev/null) || return 0
    if [ "${size%%[!0-9]*}" -lt "$room" ] || ! app_is_out; then return 0; fi
    systemctl stop $app_unit 2>/dev/null || :
    rm -rf "$dead" "$dead.ready"
}

# What was begun goes again: it would keep a full disk full, and the next run is sent it anew.
forget_release() { rm -rf "$release" "$release.tar.gz"; }

# try_unpack: sets `why` where it cannot.
try_unpack() {
    rm -rf "$release"
    why=$({
        { ! [ -e "$stage/release.tar.gz" ] || mv "$stage/release.tar.gz" "$release.tar.gz"; } &&
            mkdir "$release" && tar -x -z -p -m --no-same-owner -f "$release.tar.gz" -C "$release"
    } 2>&1)
}

# Where the disk is full there is a second try without the former releases, and a third without a current one that serves
# nobody.
unpack_release() {
    if try_unpack; then return 0; fi
    for more in "drop_releases ${release##*/}" drop_dead_release; do
        says_full "$why" || break
        rm -rf "$release"
        $more
        if try_unpack; then return 0; fi
    done
    forget_release
    die_if_full "$why"
    die "the release cannot be unpacked: $(echo "$why" | tail -n 1)"
}

# release ID LINE…: unpacked and installed once; a run that broke off begins again from the archive.
release() {
    release=$home/releases/$1
    if ! is_ready "$release"; then
        # The app that runs has it open.
        if [ -e "$release.ready" ]; then rm "$release.ready"; mark restart-app; fi
        [ -e "$stage/release.tar.gz" ] || [ -e "$release.tar.gz" ] || die "release $1 is not on this node and was not sent"
        unpack_release
        id=$1
        shift
        set_times "$id"
        for line in "$@"; do install_line "$line"; done
        set_times "$id"
        chown -R poolparty-app:poolparty-app "$release"
        : >"$release.ready"
    fi
    former=$(readlink $home/current) || former=
    if [ "$former" != "$release" ]; then
        mark_app release
        ln -sfn "$release" $home/current.new
        mv -fT $home/current.new $home/current
        drop_releases "${former##*/}"
    fi
}

# services_in MANIFEST: the units of the settings' services, one a line.
services_in() {
    for service in $(sed -n 's|^  "services": "\(.*\)"$|\1|p' "$1"); do
        case $service in *.*) echo "$service" ;; *) echo "$service.service" ;; esac
    done
}

# Services that a former configuration named and this one does not. What the pool itself needs goes on.
end_services() {
    [ -e $home/manifest.json ] || return 0
    services_in "$stage/manifest.json" >"$stage/services"
    for unit in $(services_in $home/manifest.json | grep -v -x -F -f "$stage/services"); do
        case $unit in haproxy.service | heartbeat.service | poolparty-*) continue ;; esac
        systemctl disable --quiet --now "$unit" 2>/dev/null || ! systemctl is-active --quiet "$unit" ||
            die "$unit, which services does not name any more, cannot be stopped; see journalctl -u $unit on the node"
    done
}

wants=/etc/systemd/system/multi-user.target.wants

# want UNIT…: our own units are started at each boot; the link is all that systemctl's enable makes, at a thirtieth
# of its price.
want() {
    mkdir -p $wants
    for unit in "$@"; do [ -L "$wants/$unit" ] || ln -s "../$unit" "$wants/$unit"; done
}

# enable UNIT…: the same for units that others wrote.
enable() {
    missing=
    for unit in "$@"; do [ -L "$wants/$unit" ] || missing="$missing $unit"; done
    [ -z "$missing" ] || systemctl enable --quiet --no-reload $missing || die "cannot be enabled:$missing; are there such services?"
}

# run_app: as run_unit, but the former app has spoken its last words before the log of this start begins.
run_app() {
    if marked restart-app || ! systemctl is-active --quiet $app_unit; then
        systemctl stop $app_unit 2>/dev/null || :
        app_since="@$(date +%s.%N)"
    fi
    run_unit $app_unit restart restart-app
}

# run_unit NAME WORD REACTION: running, and told of its change if there is one.
run_unit() {
    if marked "$3" || ! systemctl is-active --quiet "$1"; then
        systemctl "$2" "$1" || die "$1 cannot be started; see journalctl -u $1 on the node"
    fi
    done_with "$3"
}

# load_firewall UNIT IDS: of another firewall these servers, which serve visitors, have to be within reach: this node's
# haproxy sends visitors to them when it becomes the master.
load_firewall() {
    if marked load-firewall; then changes=true; else changes=false; fi
    run_unit "$1" reload-or-restart load-firewall
    if ! $changes || ! [ -e $config ]; then return 0; fi
    servers_of $config >"$stage/reached"
    while read -r id at _; do
        case " $2 " in *" $id "*) ;; *) continue ;; esac
        socat -u /dev/null "TCP:$at,connect-timeout=3" 2>/dev/null && continue
        mark load-firewall
        die "since its firewall.nft is another, this node does not reach $id at $at; mend the template firewall.nft, and run the command again"
    done <"$stage/reached"
}

# mount_data: the shared bucket comes before the app. What stands in its way is told in s3fs's own words.
mount_data() {
    unit=poolparty-data.service
    if marked restart-data || ! systemctl is-active --quiet $unit; then
        since=$(date '+%Y-%m-%d %H:%M:%S')
        if ! systemctl restart $unit 2>/dev/null; then
            echo "the shared bucket cannot be mounted; see journalctl -u $unit on the node. Its last words:" >&2
            journalctl --sync 2>/dev/null || :
            journalctl -n 20 --no-pager -o cat --since "$since" _SYSTEMD_UNIT=$unit |
                grep -v -F -e '[INF]' -e 'change debug level' | tail -n 4 >&2 || :
            exit 1
        fi
    fi
    done_with restart-data
}

# end_data: where no bucket is shared. A configuration whose mount failed is in no manifest, but left its files.
end_data() {
    [ -e /etc/systemd/system/poolparty-data.service ] || return 0
    systemctl disable --quiet --now poolparty-data.service || :
    rm -f /etc/systemd/system/poolparty-data.service $home/data.sh
    systemctl daemon-reload
    systemctl reset-failed poolparty-data.service 2>/dev/null || :
    done_with restart-data
}

# Every reload runs all of systemd's generators, a tenth of a second each time.
read_units() {
    for due in $pending/read.*; do
        [ -s "$due" ] || continue
        [ "$(systemctl show -P NeedDaemonReload "${due##*/read.}")" = no ] || mark daemon-reload
        : >"$due"
    done
    case "$changed$(cat $pending/daemon-reload 2>/dev/null)" in */etc/systemd/system/* | *due*) ;; *) return 0 ;; esac
    if marked daemon-reload; then systemctl daemon-reload; fi
    units_are_well
    done_with daemon-reload
}

# Some of our units are started only in need, by a node that is to become the master: what systemd does not take, or could
# not start, is told now.
units_are_well() {
    units=$(cd /etc/systemd/system && echo poolparty-*.service poolparty-*.timer)
    ill=$(systemctl show -p Id -p LoadState -p LoadError $units heartbeat.service | awk -F '"' '
        /^Id=/ { id = substr($0, 4) }
        /^LoadState=(bad-setting|error)/ { ill = id }
        /^LoadError=./ { why = $2 }
        /^$/ { if (ill) exit }
        END { if (ill) print ill ": " why }')
    # What is new on a new node is not asked this, which would make each start longer.
    if [ -z "$ill" ] && [ -e $home/manifest.json ]; then
        ill=$(systemd-analyze verify $units 2>&1 | grep -m 1 'is not executable') || ill=
    fi
    [ -n "$ill" ] || return 0
    mark daemon-reload
    die "systemd does not take a unit: $ill; mend its template, and run the command again"
}

# The maintain service reads its program and settings once; where it does not run there is nothing to tell. It has not
# run since boot where nobody ever took its lock.
restart_maintain() {
    if marked restart-maintain && [ -e /run/poolparty/maintain.lock ]; then systemctl --no-block try-restart poolparty-maintain.service 2>/dev/null || :; fi
    done_with restart-maintain
}

# How often systemd has started the app anew since it was last started on purpose.
app_restarts() { systemctl show -P NRestarts $app_unit; }

# The last end of the app's command, where it waits to be started anew: `code 3`, `signal 9`; else nothing.
app_end() {
    systemctl show -p SubState -p ExecMainCode -p ExecMainStatus $app_unit | awk -F= '
        { is[$1] = $2 }
        END {
            if (is["SubState"] == "auto-restart" || is["SubState"] == "failed")
                print (is["ExecMainCode"] == 1 ? "code " : "signal ") is["ExecMainStatus"]
        }'
}

# An app that ends three times before it answered will not answer, and one whose program is not there (126, 127) needs
# no second try. Sets ends and ended.
app_gave_up() {
    # Asked only once the app has not answered: most answer at once, and each program costs time.
    [ -n "$restarts_before" ] || restarts_before=$(app_restarts)
    end_now=$(app_end)
    [ -z "$end_now" ] || ended=$end_now
    [ -n "$ended" ] || return 1
    ends=$(($(app_restarts) - restarts_before))
    [ -z "$end_now" ] || ends=$((ends + 1))
    case $ended in 'code 126' | 'code 127') return 0 ;; esac
    [ "$ends" -ge 3 ]
}

# app_answers URL: is what answers there the app? Another program may have its port. One that listens elsewhere than in its
# unit, as a container does, has to go on for a moment.
app_answers() {
    port=${1#*://*:}
    for pid in $(ss -H -l -t -n -p "sport = :${port%%/*}" 2>/dev/null | grep -o 'pid=[0-9]*'); do
        if grep -q "/$app_unit" "/proc/${pid#pid=}/cgroup" 2>/dev/null; then return 0; fi
    done
    tries=$(app_restarts)
    sleep 2
    [ -z "$(app_end)" ] && [ "$(app_restarts)" = "$tries" ]
}

# await_health URL SECONDS HOST: asks as HAProxy's check does. Sets healthy and answer, and ends and ended where the
# app's command ended meanwhile.
await_health() {
    healthy=true ends=0 ended= restarts_before=
    seconds_up
    end=$((up + $2))
    # An app that was just started does not answer at once, and asking costs more than waiting.
    case ,$changed, in *,\"release\",*) sleep 0.2 ;; esac
    while :; do
        code=$(curl -g -s -S --noproxy '*' -H "Host: $3" -m 2 -o "$stage/body" -w '%{http_code}' "$1" 2>"$stage/error") || code=
        case $code in 2??) if app_answers "$1"; then break; fi ;; esac
        seconds_up
        if app_gave_up || [ "$up" -ge "$end" ]; then healthy=false; break; fi
        sleep 0.3
    done
    answer="${code:+HTTP $code: $(head -c 200 "$stage/body" 2>/dev/null | tr -d '\0')}"
    [ -n "$code" ] || answer=$(head -c 200 "$stage/error")
}

encoded() { base64 -w 0; }

# The app's last lines; of the former release's none, where this run has started the app anew.
app_log() {
    journalctl --sync 2>/dev/null || :
    journalctl -n 20 --no-pager -o cat ${app_since:+--since "$app_since"} _SYSTEMD_UNIT=$app_unit 2>/dev/null
}

# report URL: the last line; texts that are not ours go as base64.
report() {
    log=
    [ "$healthy" = true ] || log=$(app_log | encoded)
    printf '{"changed":[%s],"hash":"%s","healthy":%s,"health_url":"%s","answer":"%s","ends":%s,"ended":"%s","log":"%s",%s,"host":"%s","device":"%s"}\n' \
        "$changed" "$hash" "$healthy" "$1" "$(printf '%s' "$answer" | encoded)" "${ends:-0}" "${ended:-}" "$log" \
        "$(own_keys)" "$(own_host)" "$(own_device)"
}
