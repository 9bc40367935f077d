# Heartbeat on a node: running where there is a pair, and told of changes; at rest on every other node.

# Heartbeat has a script for System V, too: whoever sets the links of that one makes systemd reload twice for nothing.
own_unit_alone() { SYSTEMCTL_SKIP_SYSV=1 systemctl "$@" --quiet --no-reload heartbeat.service; }

# Nobody waits for its peer, which it takes seconds to find: nothing else of the configuration needs that.
heartbeat_since=
run_heartbeat() {
    [ -L $wants/heartbeat.service ] || own_unit_alone enable || die 'heartbeat cannot be enabled; is it installed?'
    if marked restart-heartbeat || ! systemctl is-active --quiet heartbeat; then
        systemctl reset-failed heartbeat 2>/dev/null || :
        heartbeat_since=$(date +%s)
        systemctl --no-block restart heartbeat || die 'heartbeat cannot be started; see journalctl -u heartbeat on the node'
    fi
    done_with restart-heartbeat
}

# heartbeat_stays: after run_heartbeat, at the end. With files that it does not take Heartbeat ends at once, again and again;
# else it notes its process soon.
heartbeat_stays() {
    [ -n "$heartbeat_since" ] || return 0
    seconds_up
    end=$((up + 3))
    while [ "$up" -lt "$end" ]; do
        if [ "$(systemctl show -P NRestarts heartbeat)" != 0 ]; then
            mark restart-heartbeat
            die "heartbeat does not run: $(heartbeat_words); mend its templates (ha.cf, haresources, authkeys, heartbeat.conf), and run the command again"
        fi
        [ "$(systemctl show -P MainPID heartbeat)" != "$(tr -d ' ' 2>/dev/null </run/heartbeat.pid)" ] || return 0
        sleep 0.1
        seconds_up
    done
}

heartbeat_words() {
    journalctl --sync 2>/dev/null || :
    journalctl -n 100 --no-pager -o cat --since "@$heartbeat_since" -u heartbeat |
        sed -n 's/.*ERROR: //p' | head -n 1
}

# Debian enables it as soon as it is installed, and without a configuration it fails at each boot.
end_heartbeat() {
    [ -L $wants/heartbeat.service ] || return 0
    systemctl --no-block stop heartbeat || die 'heartbeat cannot be stopped; see journalctl -u heartbeat on the node'
    own_unit_alone disable
    systemctl reset-failed heartbeat 2>/dev/null || :
    done_with restart-heartbeat
}
