# One maintainer a pool: whoever acts on it holds this lock, on the node with the address, for as long as it acts.
run=/run/poolparty
unit=poolparty-maintain.service

holder() { cat $run/maintain.who 2>/dev/null || echo 'somebody who does not say so'; }

# The node's own service goes on when we have ended, however we ended; a node without a role has no such unit.
give_back() {
    rm -f $run/maintain.who
    exec 8>&-
    if [ -e /etc/systemd/system/$unit ]; then systemctl --no-block start $unit; fi
}

# hold_lock WHO SECONDS: says `locked`, then holds the lock until its standard input has been silent for 20 s or
# ends. `take` makes the node's own service stop for so long; `ask` leaves it alone and gives up.
hold_lock() {
    mkdir -p $run
    if systemctl is-active --quiet $unit; then
        if [ "$3" = ask ]; then echo "$unit on this node"; exit 75; fi
        systemctl stop $unit
    fi
    exec 8>>$run/maintain.lock
    if ! flock -w "$2" 8; then holder; exit 75; fi
    trap give_back EXIT
    trap 'exit 130' INT TERM HUP
    printf '%s\n' "$1" >$run/maintain.who
    echo locked
    while [ "$(timeout 20 head -c 1)" = . ]; do :; done
}
