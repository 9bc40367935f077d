# The node's own ssh key, and what a node says of itself for others to know.
own_key=/etc/poolparty/ssh/id_ed25519

# Sets ssh_key to the public half, or to nothing where there is no key or only a part of one.
read_key() {
    ssh_key=$(ssh-keygen -y -P '' -f $own_key 2>/dev/null </dev/null) || ssh_key=
    case $ssh_key in
    ssh-ed25519\ ?*) ssh_key=${ssh_key#* }; ssh_key="ssh-ed25519 ${ssh_key%% *}" ;;
    *) ssh_key= ;;
    esac
}

# make_key: once in a machine's life, whole or not at all; what a run that broke off has left is made anew.
make_key() {
    read_key
    if [ -n "$ssh_key" ]; then return 0; fi
    rm -rf /etc/poolparty/ssh /etc/poolparty/ssh.new
    mkdir -m 700 /etc/poolparty/ssh.new
    ssh-keygen -q -t ed25519 -N '' -C '' -f /etc/poolparty/ssh.new/id_ed25519 </dev/null ||
        die 'ssh-keygen cannot make a key in /etc/poolparty; is the disk full?'
    sync /etc/poolparty/ssh.new/id_ed25519
    mv -T /etc/poolparty/ssh.new /etc/poolparty/ssh
    read -r kind key _ <$own_key.pub
    ssh_key="$kind $key"
}

# own_keys, after make_key: two members of a JSON object, the public halves of the node's own key and of its host key.
own_keys() {
    host_key=
    if [ -r /etc/ssh/ssh_host_ed25519_key.pub ]; then
        read -r kind key _ </etc/ssh/ssh_host_ed25519_key.pub || :
        host_key="$kind $key"
    fi
    printf '"ssh_key":"%s","host_key":"%s"' "$ssh_key" "$host_key"
}

# As Heartbeat asks for it; nothing where it could not stand in a file.
own_host() {
    read -r name </proc/sys/kernel/hostname
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
