# The node's own ssh key, and what a node says of itself for others to know.
own_key=/etc/poolparty/ssh/id_ed25519

# Prints the public half, or nothing where there is no key or only a part of one.
public_half() { ssh-keygen -y -P '' -f $own_key 2>/dev/null </dev/null | cut -d ' ' -f 1,2; }

# make_key: once in a machine's life, whole or not at all; what a run that broke off has left is made anew.
make_key() {
    case $(public_half) in ssh-ed25519\ *) return 0 ;; esac
    rm -rf /etc/poolparty/ssh /etc/poolparty/ssh.new
    mkdir -m 700 /etc/poolparty/ssh.new
    ssh-keygen -q -t ed25519 -N '' -C '' -f /etc/poolparty/ssh.new/id_ed25519 </dev/null ||
        die 'ssh-keygen cannot make a key in /etc/poolparty; is the disk full?'
    sync /etc/poolparty/ssh.new/id_ed25519
    mv -T /etc/poolparty/ssh.new /etc/poolparty/ssh
}

# own_keys: two members of a JSON object; of the node's own key and of its host key, the public halves.
own_keys() {
    host_key=$(cut -d ' ' -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub 2>/dev/null) || host_key=
    printf '"ssh_key":"%s","host_key":"%s"' "$(public_half)" "$host_key"
}

# As Heartbeat asks for it; nothing where it could not stand in a file.
own_host() {
    name=$(uname -n)
    case $name in *[!A-Za-z0-9._-]*) ;; *) echo "$name" ;; esac
}

# The interface of the default route, else the first that has any route, else nothing (columns: proc(5), net/route).
own_device() {
    first=
    while read -r device destination _ _ _ _ _ mask _; do
        case $device in Iface | lo | \*) continue ;; esac
        if [ "$destination $mask" = '00000000 00000000' ]; then echo "$device"; return 0; fi
        first=${first:-$device}
    done </proc/net/route
    echo "$first"
}
