#!/bin/sh
# Heartbeat's resource: it asks for a claim and holds nothing. Written by PoolParty.
# heartbeat-resource.sh [HOST] start|stop|status: each node has one, so that each is watched by the other. That of
# the second node has the node's name, and asks only where the other node takes it over.
# Nothing fails here: Heartbeat would give the resource up, or even reboot the machine. And it never says that it
# runs: so Heartbeat asks again whenever it believes that it is its turn, and the address decides.
case "$*" in
"$(uname -n) start") ;;
*start) systemctl --no-block start poolparty-claim.service ;;
*status) echo stopped ;;
esac
exit 0
