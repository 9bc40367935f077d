# The maintain service of a node, as a person starts and stops it. What came of it is told in lines `key value`.
run=/run/poolparty
unit=poolparty-maintain.service

need_unit() {
    if systemctl cat $unit >/dev/null 2>&1; then return 0; fi
    echo 'unit none'
    exit 0
}

# The service is started as flock, which becomes the program when it has the lock, and else ends.
is_settled() {
    pid=$(systemctl show --value -p MainPID $unit)
    case $(cat "/proc/$pid/comm" 2>/dev/null) in *flock* | *sd-*) return 1 ;; esac
}

settle() {
    tries=0
    until is_settled || [ $tries -ge 50 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
}

# Whoever acts on the pool from elsewhere holds the lock and says so in this file.
tell_maintain() {
    echo "state $(systemctl is-active $unit)"
    if [ -e $run/maintain.off ]; then echo 'off yes'; fi
    if [ -e $run/maintain.who ]; then echo "who $(cat $run/maintain.who)"; fi
}

# The service alone, where it was not switched off.
go_on() {
    need_unit
    systemctl start $unit
    settle
    tell_maintain
}

# Asks for a claim as Heartbeat does: by its rules this node finds out who it is, and whether it may be the master.
start_maintain() {
    need_unit
    rm -f $run/maintain.off
    since=$(date +%s)
    systemctl start poolparty-claim.service || :
    journalctl --sync
    said=$(journalctl -q --no-pager -o cat -u poolparty-claim --since "@$since" |
        grep -E '^(hold|leave|unknown): ' | tail -n 1)
    echo "claim $said"
    case $said in hold:*) systemctl start $unit && settle ;; esac
    tell_maintain
}

stop_maintain() {
    need_unit
    case $(systemctl is-active $unit) in
    inactive | failed) ;;
    *) echo 'ran yes' ;;
    esac
    mkdir -p $run
    : >$run/maintain.off
    systemctl stop $unit
    tell_maintain
}
