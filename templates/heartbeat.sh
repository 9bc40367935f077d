# Heartbeat on a node: running where there is a pair, and told of changes; at rest on every other node.

# Heartbeat has a script for System V, too: whoever sets the links of that one makes systemd reload twice for nothing.
own_unit_alone() { SYSTEMCTL_SKIP_SYSV=1 systemctl "$@" --quiet --no-reload heartbeat.service; }

# Nobody waits for it: Heartbeat takes seconds to find its peer, and nothing else of the configuration needs that.
run_heartbeat() {
    [ -L $wants/heartbeat.service ] || own_unit_alone enable || die 'heartbeat cannot be enabled; is it installed?'
    if marked restart-heartbeat || ! systemctl is-active --quiet heartbeat; then
        systemctl reset-failed heartbeat 2>/dev/null || :
        systemctl --no-block restart heartbeat || die 'heartbeat cannot be started; see journalctl -u heartbeat on the node'
    fi
    done_with restart-heartbeat
}

# Debian enables it as soon as it is installed, and without a configuration it fails at each boot.
end_heartbeat() {
    [ -L $wants/heartbeat.service ] || return 0
    systemctl --no-block stop heartbeat || die 'heartbeat cannot be stopped; see journalctl -u heartbeat on the node'
    own_unit_alone disable
    systemctl reset-failed heartbeat 2>/dev/null || :
    done_with restart-heartbeat
}
