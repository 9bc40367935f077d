# Heartbeat on a node: running where there is a pair, and told of changes; at rest on every other node.

# Nobody waits for it: Heartbeat takes seconds to find its peer, and nothing else of the configuration needs that.
run_heartbeat() {
    enable heartbeat.service
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
    systemctl disable --quiet --no-reload heartbeat
    systemctl reset-failed heartbeat 2>/dev/null || :
    done_with restart-heartbeat
}
