# One look of a node after the pool's address (ADDRESS, ALIVE_URL): cheap, and silent while all is well.
set -eu
run=/run/poolparty
metadata=http://169.254.169.254/latest

ask() { curl -g -s --noproxy '*' -m 1 "$@"; }

new_token() {
    token=$(ask -f -X PUT -H 'x-aws-ec2-metadata-token-ttl-seconds: 21600' $metadata/api/token) || return 1
    (umask 077 && printf '%s\n' "$token" >$run/watch.token)
}

# Sets found to this node's public address and the HTTP status; the token of an earlier look will mostly do.
public_address() {
    found=$(ask -w ' %{http_code}' -H "x-aws-ec2-metadata-token: $token" $metadata/meta-data/public-ipv4) || :
}

is_here() {
    token=
    if [ -e $run/watch.token ]; then read -r token <$run/watch.token || :; else new_token || :; fi
    public_address
    case $found in *' 401') if new_token; then public_address; fi ;; esac
    [ "$found" = "$ADDRESS 200" ]
}

# Whoever holds the lock maintains; to start a service that runs already changes nothing.
maintain() {
    if [ -e $run/maintain.off ]; then return 0; fi
    if flock -n $run/maintain.lock true; then systemctl --no-block start poolparty-maintain.service; fi
}

# HAProxy answers by itself, before any queue, and any HTTP status is an answer. The claim asks on further ways. Until one was seen, the pool may just be starting: then be patient.
watch() {
    misses=0 limit=100
    [ ! -e $run/watch.seen ] || limit=2
    if ask -o /dev/null "$ALIVE_URL"; then
        rm -f $run/watch.misses
        : >$run/watch.seen
        return 0
    fi
    [ ! -e $run/watch.misses ] || read -r misses <$run/watch.misses || :
    misses=$((misses + 1))
    echo $misses >$run/watch.misses
    if [ $misses -lt $limit ]; then return 0; fi
    echo "$ADDRESS did not answer $misses times; a claim is asked for"
    systemctl --no-block start poolparty-claim.service
}

if is_here; then
    : >$run/watch.seen
    rm -f $run/watch.misses
    maintain
else
    watch
fi
