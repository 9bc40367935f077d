// Asking an instance's metadata for a notice of its end, so that nobody has to wait for the answer.

/**
 * Prints `notice SPOT-BODY @STATUS EVENTS-BODY @STATUS`, as it was when it was last asked for: at most 30 s ago, a tick
 * ago as a rule. What is older than 4 s is asked for anew behind the probe's back: where no metadata service is, nobody
 * waits for it; by one at a time, whoever else looks at the node; a mark that is older than 10 s was left behind by one
 * that was cut off. With a session token, since an instance of ours knows only version 2 (AWS: "Use the Instance Metadata
 * Service"). A sudo that gives the script a terminal of its own hangs up on what the script leaves behind.
 */
export const noticeScript = `
ask_notice() {
    mkdir -p \${known%/*}
    set -C
    { echo "$up" >$known.asking; } 2>/dev/null || return 0
    set +C
    metadata=http://169.254.169.254/latest
    token=$(curl -s -f -m 1 --noproxy '*' -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $metadata/api/token) ||
        { rm -f $known $known.asking; return 0; }
    set -f
    told=$(curl -s -f -m 1 --noproxy '*' -H "X-aws-ec2-metadata-token: $token" -w ' @%{http_code} ' \\
        $metadata/meta-data/spot/instance-action $metadata/meta-data/events/maintenance/scheduled) || :
    echo "$up" notice $told >$known.$$ && mv -f $known.$$ $known
    rm -f $known.asking
}
known=/run/poolparty/notice
read -r up _ </proc/uptime
up=\${up%.*}
asked=-60 notice= began=
{ read -r asked notice; } 2>/dev/null <$known || asked=-60
if [ $((up - asked)) -le 30 ]; then echo "$notice"; fi
if [ $((up - asked)) -lt 4 ]; then :
elif [ ! -e $known.asking ]; then (trap '' HUP; ask_notice) </dev/null >/dev/null 2>&1 &
elif ! read -r began <$known.asking || [ $((up - began)) -gt 10 ]; then rm -f $known.asking
fi 2>/dev/null
`.trim();
