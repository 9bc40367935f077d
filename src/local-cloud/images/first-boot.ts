// What a machine does at its first boot, as cloud-init does on EC2: keys, login, user-data.

/** Host keys and login before sshd starts, so that an answer of sshd means that login works. */
export const firstBoot = `#!/bin/bash
# Makes host keys, fetches the login key from the metadata service, shows the host keys on the console.
metadata=http://169.254.169.254/latest
read -r _ </proc/loadavg

for kind in ed25519 ecdsa; do
  key=/etc/ssh/ssh_host_\${kind}_key
  [ -s $key ] || ssh-keygen -q -t $kind -N '' -C "root@$(uname -n)" -f $key
done

fetch() {
  local token
  token=$(curl -sf -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' $metadata/api/token) || return 1
  curl -s -m 2 -o "$2" -w '%{http_code}' -H "X-aws-ec2-metadata-token: $token" "$metadata/$1"
}

if [ ! -e /var/lib/cloud/instance/keys-done ]; then
  mkdir -p /var/lib/cloud/instance
  for try in $(seq 50); do
    code=$(fetch meta-data/public-keys/0/openssh-key /run/openssh-key)
    case $code in 200 | 404) break ;; esac
    sleep 0.1
  done
  if [ "$code" = 200 ]; then
    install -d -o admin -g admin -m 700 /home/admin/.ssh
    install -o admin -g admin -m 600 /run/openssh-key /home/admin/.ssh/authorized_keys
  fi
  case $code in 200 | 404) touch /var/lib/cloud/instance/keys-done ;; esac
fi

{
  echo '-----BEGIN SSH HOST KEY FINGERPRINTS-----'
  for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $key; done
  echo '-----END SSH HOST KEY FINGERPRINTS-----'
  echo '-----BEGIN SSH HOST KEY KEYS-----'
  cat /etc/ssh/ssh_host_*_key.pub
  echo '-----END SSH HOST KEY KEYS-----'
} >/dev/console
`;

/** A script in user-data runs once, as root, with the network up; its output is kept where cloud-init keeps it. */
export const userData = `#!/bin/bash
# Runs user-data that is a script, once in a machine's life.
instance=/var/lib/cloud/instance
metadata=http://169.254.169.254/latest
mkdir -p $instance/scripts
token=$(curl -sf -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' $metadata/api/token) || exit 1
code=$(umask 077; curl -s -m 5 -o $instance/user-data.txt -w '%{http_code}' \\
  -H "X-aws-ec2-metadata-token: $token" $metadata/user-data)
case $code in 200) ;; 404) rm -f $instance/user-data.txt ;; *) exit 1 ;; esac
touch $instance/user-data-done
if [ "$(head -c 2 $instance/user-data.txt 2>/dev/null)" = '#!' ]; then
  install -m 700 $instance/user-data.txt $instance/scripts/part-001
  $instance/scripts/part-001 >>/var/log/cloud-init-output.log 2>&1
  echo "user-data ended with exit code $?" >>/var/log/cloud-init-output.log
fi
date -u >$instance/boot-finished
`;

export const firstBootUnit = `[Unit]
Description=EC2 first boot: host keys and login
DefaultDependencies=no
After=systemd-tmpfiles-setup.service local-fs.target
Before=ssh.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/ec2-first-boot

[Install]
WantedBy=multi-user.target
`;

export const userDataUnit = `[Unit]
Description=EC2 first boot: user-data
After=ec2-first-boot.service ssh.service
ConditionPathExists=!/var/lib/cloud/instance/user-data-done

[Service]
Type=oneshot
RemainAfterExit=yes
TimeoutStartSec=infinity
Restart=on-failure
RestartSec=1
ExecStart=/usr/local/sbin/ec2-user-data

[Install]
WantedBy=multi-user.target
`;
