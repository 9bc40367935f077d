// What the host must have, and the one line that mends what it lacks.
import { access, constants } from 'node:fs/promises';
import path from 'node:path';

/** Each program and the Debian package it comes with. */
const programs: Readonly<Record<string, string>> = {
  podman: 'podman',
  runc: 'runc',
  lxcfs: 'lxcfs',
  mmdebstrap: 'mmdebstrap',
  nft: 'nftables',
  ip: 'iproute2',
  conntrack: 'conntrack',
  flock: 'util-linux',
};

/** Debian's names of the packages that machines need on their host. */
export const hostPackages: readonly string[] = [...new Set(Object.values(programs))];

/** What is missing on this host, each as one line that says how to mend it. Empty when all is there. */
export async function missing(): Promise<string[]> {
  const lines: string[] = [];
  if (process.getuid?.() !== 0)
    lines.push('the local cloud makes machines and networks, so run it as root: sudo -E');
  const absent = await absentOf(Object.keys(programs));
  const packages = [...new Set(absent.map((program) => programs[program]))];
  if (absent.length > 0)
    lines.push(`missing: ${absent.join(', ')}; apt-get install -y ${packages.join(' ')}`);
  if (!(await there('/dev/fuse'))) lines.push('missing: /dev/fuse, which load averages need; modprobe fuse');
  return lines;
}

async function absentOf(names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(names.map(isProgram));
  return names.filter((_, index) => !found[index]);
}

async function isProgram(name: string): Promise<boolean> {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  const found = await Promise.all(folders.map((folder) => there(path.join(folder, name), constants.X_OK)));
  return found.includes(true);
}

function there(file: string, mode = constants.F_OK): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}
