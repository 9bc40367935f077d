// Asking an instance's metadata for a notice of its end, so that nobody has to wait for the answer.

/**
 * Prints `notice SPOT-BODY @STATUS EVENTS-BODY @STATUS`, as it was when it was last asked for: at most 30 s ago, a tick
 * ago as a rule. What is older than 4 s is asked for anew behind the probe's back: where no metadata service is, nobody
 * waits for it. With a session token, since an instance of ours knows only version 2 (AWS: "Use the Instance Metadata
 * Service"). A sudo that gives the script a terminal of its own hangs up on what the script leaves behind.
 */
export const noticeScript = `
ask_notice() {
    metadata=http://169.254.169.254/latest
    token=$(curl -s -f -m 1 --noproxy '*' -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $metadata/api/token) ||
        { rm -f $known; return 0; }
    set -f
    told=$(curl -s -f -m 1 --noproxy '*' -H "X-aws-ec2-metadata-token: $token" -w ' @%{http_code} ' \\
        $metadata/meta-data/spot/instance-action $metadata/meta-data/events/maintenance/scheduled) || :
    mkdir -p \${known%/*}
    echo "$up" notice $told >$known.$$ && mv -f $known.$$ $known
}
known=/run/poolparty/notice
read -r up _ </proc/uptime
up=\${up%.*}
asked=-60 notice=
{ read -r asked notice; } 2>/dev/null <$known || asked=-60
if [ $((up - asked)) -le 30 ]; then echo "$notice"; fi
if [ $((up - asked)) -ge 4 ]; then (trap '' HUP; ask_notice) </dev/null >/dev/null 2>&1 & fi
`.trim();
