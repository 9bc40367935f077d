# What poolparty-data.service does. Usage: data.sh prepare|mount_bucket|await_mount|clear
set -eu
metadata=http://169.254.169.254/latest

die() { echo "$1" >&2; exit 1; }

is_mounted() { grep -q -F " $SHARED_PATH fuse.s3fs " /proc/self/mounts; }

# A mount whose s3fs has died is in the way of the next.
clear() { while is_mounted; do umount -l "$SHARED_PATH"; done; }

# While nothing is mounted nobody but root writes here: a file beside the bucket would be lost to the others.
prepare() {
    clear
    mkdir -p "$SHARED_PATH"
    if mountpoint -q "$SHARED_PATH"; then die "something else is mounted at $SHARED_PATH; set shared_path to another place"; fi
    if [ -n "$(ls -A "$SHARED_PATH")" ]; then
        die "$SHARED_PATH is not empty; move its files away, or set shared_path to another place"
    fi
    chown root:root "$SHARED_PATH"
    chmod 0555 "$SHARED_PATH"
}

# ask PATH: from the metadata service, version 2.
ask() {
    token=$(curl -s -f -m 2 --noproxy '*' -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $metadata/api/token) &&
        curl -s -f -m 2 --noproxy '*' -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"
}

# The s3fs of Debian 12 (1.90) asks for the role's name without a token, so it is told; for credentials it asks well.
# A new instance's role takes some seconds to come.
own_role() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        if role=$(ask iam/security-credentials/); then return 0; fi
        sleep 1
    done
    die 'the metadata service tells of no role; has this instance the instance_profile of the settings?'
}

mount_bucket() {
    own_role
    # Line by line: what s3fs says last is wanted most, also when it is killed.
    exec stdbuf -o L s3fs "$SHARED_BUCKET" "$SHARED_PATH" -f \
        -o "$S3FS_OPTIONS,iam_role=$role,uid=$(id -u poolparty-app),gid=$(id -g poolparty-app)"
}

# The kernel shows the mount before s3fs has tried the bucket, but answers only afterwards.
await_mount() {
    until is_mounted && stat "$SHARED_PATH/." >/dev/null 2>&1; do
        kill -0 "$MAINPID" 2>/dev/null || exit 1
        sleep 0.1
    done
}

"$1"
