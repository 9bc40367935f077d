#!/bin/sh
# Heartbeat's resource: it asks for a claim and holds nothing. Written by PoolParty.
# Nothing fails here: Heartbeat would give up the resource, or even reboot the machine. And it is never
# "running": so Heartbeat asks again whenever it believes that it is its turn, and the address decides.
case ${1-} in
start) systemctl --no-block start poolparty-claim.service || : ;;
status) echo stopped ;;
esac
exit 0
