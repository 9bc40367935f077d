// Where the shared bucket may not be mounted: it would hide what the system lives on.

/** Neither these nor anything below them. */
const SYSTEM = [
  ...['/bin', '/boot', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/proc', '/root', '/run'],
  ...['/sbin', '/sys', '/tmp', '/usr', '/opt/poolparty', '/var/log', '/var/run', '/var/lock', '/var/tmp'],
];

/** Not these themselves; a folder below is well. */
const FULL = ['/home', '/opt', '/var', '/var/lib', '/var/cache', '/var/spool', '/var/mail'];

/** Does the path belong to the system, so that nothing may be mounted there? It is absolute and without dots. */
export const isSystemPath = (path: string): boolean =>
  FULL.includes(path) || SYSTEM.some((one) => path === one || path.startsWith(`${one}/`));
