# Installs what a node lacks: packages by its own apt, Node by the program that comes on standard input.
out=/run/poolparty/install.log
npm_job=
: "${first_pause:=2}" "${last_pause:=32}"

# A line for the person who waits.
tell() { echo "note $1"; }

# Nothing asks, nothing is restarted by itself, and a lock of another apt is waited for.
apt() {
    DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none apt-get -q -y \
        -o DPkg::Lock::Timeout=60 -o DPkg::Use-Pty=0 -o Acquire::Retries=2 -o Acquire::http::Timeout=20 \
        -o Acquire::https::Timeout=20 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

try_packages() { apt update && apt install --no-install-recommends "$@"; }

# apt's first word on what went wrong, else the last line. A package is not found where its list did not come.
reason() {
    if grep -q '^E: Unable to locate package' $out && grep -m 1 '^W: Failed to fetch' $out; then return 0; fi
    grep -m 1 '^E: ' $out || grep -v '^$' $out | tail -n 1
}

disk_is_full() { grep -q -e "don't have enough free space" -e 'No space left on device' $out; }

give_up() {
    { echo "$1"; tail -n 15 $out; } >&2
    exit 1
}

# packages NAME…: tried again after 2, 4, 8, 16 and 32 s; waiting does not mend a disk that is full.
packages() {
    command -v apt-get >/dev/null || die 'this system has no apt-get; use an image of Debian 12, or one that has the software'
    pause=$first_pause
    until try_packages "$@" >$out 2>&1 </dev/null 9>&-; do
        if disk_is_full; then give_up "the disk is full: $(reason); free some of it, or use an image with a bigger one"; fi
        if [ "$pause" -gt "$last_pause" ]; then give_up "apt-get failed again and again, at last with: $(reason)"; fi
        tell "apt-get failed, again in $pause s: $(reason)"
        sleep "$pause"
        pause=$((pause * 2))
        # What a reboot interrupted has to be finished first; apt asks for it in these words.
        if grep -q 'dpkg --configure -a' $out; then DEBIAN_FRONTEND=noninteractive dpkg --configure -a >/dev/null 2>&1 </dev/null 9>&- || :; fi
    done
    # Debian starts what it installs; without a configuration Heartbeat would only fail at each boot.
    if [ ! -e /etc/ha.d/ha.cf ]; then
        systemctl disable --quiet --now heartbeat 2>/dev/null || :
        systemctl reset-failed heartbeat 2>/dev/null || :
    fi
}

node_fails() {
    rm -f $home/bin/node.new
    give_up "$1; use an image that has Node"
}

# receive_node SHA256 BYTES: a gzipped program, so many bytes of standard input. It is installed only if it runs here.
receive_node() {
    if [ -e $node_link ] && [ "$(readlink $node_link)" != $home/bin/node ]; then
        die "$node_link is too old ($($node_link -v 2>&1 | head -n 1)) and not PoolParty's; replace it, or use an image that has a newer one"
    fi
    mkdir -p $home/bin
    head -c "$2" | gzip -d -c >$home/bin/node.new 2>$out || node_fails 'Node did not arrive whole'
    [ "$(sha256sum <$home/bin/node.new)" = "$1  -" ] || node_fails 'Node did not arrive as it was sent'
    chmod 755 $home/bin/node.new
    $home/bin/node.new -v >$out 2>&1 || node_fails 'the Node that was sent does not run here'
    mv -f $home/bin/node.new $home/bin/node
    ln -sfn $home/bin/node $node_link
}

# Programs that npm installs for all are to be on everybody's PATH; nobody looks for a newer npm, and a log of each
# start would be written to the home of the app's user, who has none.
npm_settings() { printf '%s\n' prefix=/usr/local update-notifier=false logs-max=0; }

# receive_npm: npm's own folder as a gzipped tar, the rest of standard input. It is unpacked and tried while apt works.
receive_npm() {
    cat >"$stage/npm.tar.gz"
    unpack_npm >"$stage/npm.log" 2>&1 </dev/null 9>&- &
    npm_job=$!
}

unpack_npm() {
    mkdir "$stage/npm"
    tar -x -z --no-same-owner -f "$stage/npm.tar.gz" -C "$stage/npm" && npm_settings >"$stage/npm/npmrc" && node "$stage/npm/bin/npm-cli.js" -v
}

# A node without npm is a node all the same.
finish_npm() {
    if wait "$npm_job"; then
        rm -rf $home/npm
        mv "$stage/npm" $home/npm
        for word in npm npx; do ln -sfn $home/npm/bin/$word-cli.js /usr/local/bin/$word; done
    else
        tell "npm cannot be installed: $(grep -v '^$' "$stage/npm.log" | head -n 1); an app that needs it has to bring it"
    fi
}

# finish HASH NPM MAJOR MINOR PROGRAM=PACKAGE…: looks whether all is there now, and remembers it.
finish() {
    if [ -n "$npm_job" ]; then finish_npm; fi
    left=$(lacking "$@")
    left=${left% npm}
    [ -z "$left" ] || die "after the installation these are still missing:$left"
    printf '%s\n' "$1" >$home/install-hash
}
