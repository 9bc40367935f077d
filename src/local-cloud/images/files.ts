// The files of our own that the images carry.
import { firstBoot, firstBootUnit, userData, userDataUnit } from './first-boot.ts';

export interface ImageFile {
  readonly path: string;
  readonly mode: number;
  readonly text: string;
}

const afterFirstBoot = `[Unit]
After=ec2-first-boot.service
Wants=ec2-first-boot.service
`;

/** Where many machines boot at once, logins come first. */
const afterSsh = `[Unit]
After=ssh.service
`;

const sshd = `HostKey /etc/ssh/ssh_host_ed25519_key
HostKey /etc/ssh/ssh_host_ecdsa_key
PermitRootLogin no
PasswordAuthentication no
KbdInteractiveAuthentication no
ClientAliveInterval 120
`;

export const imageFiles: readonly ImageFile[] = [
  { path: '/usr/local/sbin/ec2-first-boot', mode: 0o755, text: firstBoot },
  { path: '/usr/local/sbin/ec2-user-data', mode: 0o755, text: userData },
  { path: '/etc/systemd/system/ec2-first-boot.service', mode: 0o644, text: firstBootUnit },
  { path: '/etc/systemd/system/ec2-user-data.service', mode: 0o644, text: userDataUnit },
  { path: '/etc/systemd/system/ssh.service.d/first-boot.conf', mode: 0o644, text: afterFirstBoot },
  { path: '/etc/systemd/system/haproxy.service.d/after-ssh.conf', mode: 0o644, text: afterSsh },
  {
    path: '/etc/systemd/system.conf.d/quick.conf',
    mode: 0o644,
    text: '[Manager]\nDefaultTimeoutStopSec=10s\nShowStatus=yes\n',
  },
  {
    path: '/etc/systemd/journald.conf.d/small.conf',
    mode: 0o644,
    text: '[Journal]\nStorage=volatile\nRuntimeMaxUse=16M\n',
  },
  { path: '/etc/ssh/sshd_config.d/ec2.conf', mode: 0o644, text: sshd },
  {
    path: '/etc/hosts',
    mode: 0o644,
    text: '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n',
  },
  { path: '/etc/sudoers.d/90-admin', mode: 0o440, text: 'admin ALL=(ALL) NOPASSWD:ALL\n' },
];

/** Makes of a bare Debian what Debian's own AMI is: user admin, own host keys at each first boot, a quick boot. */
export const settle = `set -e
useradd --create-home --shell /bin/bash admin
systemctl enable ssh.service ec2-first-boot.service ec2-user-data.service
systemctl set-default multi-user.target
systemctl mask getty.target console-getty.service systemd-remount-fs.service systemd-udevd.service \\
  systemd-hostnamed.service systemd-networkd.service systemd-networkd-wait-online.service \\
  systemd-journal-flush.service systemd-machine-id-commit.service systemd-firstboot.service \\
  systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-sysusers.service \\
  systemd-pstore.service systemd-modules-load.service systemd-binfmt.service systemd-random-seed.service \\
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer \\
  systemd-ask-password-console.path systemd-ask-password-wall.path dev-hugepages.mount dev-mqueue.mount \\
  sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount
# Started when reboot or poweroff ask for it, not at boot.
rm -f /lib/systemd/system/multi-user.target.wants/systemd-logind.service
rm -f /etc/ssh/ssh_host_*
: >/etc/machine-id
: >/etc/default/locale
rm -f /var/lib/dbus/machine-id
`;
