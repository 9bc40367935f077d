// Does the Node that this command runs on run on a node of the pool, too?

/** What a program was built for. */
export interface BuiltFor {
  /** As `uname -s` and `uname -m` name it. */
  readonly system: string;
  readonly machine: string;
  /** The version of glibc that it was built with; undefined where it uses another C library. */
  readonly glibc: string | undefined;
}

const UNAME: Readonly<Record<string, string>> = {
  linux: 'Linux',
  darwin: 'Darwin',
  win32: 'Windows',
  x64: 'x86_64',
  arm64: 'aarch64',
};

/** `process.platform` and `process.arch` in uname's words. */
export const builtFor = (platform: string, arch: string, glibc: string | undefined): BuiltFor => ({
  system: UNAME[platform] ?? platform,
  machine: UNAME[arch] ?? arch,
  glibc,
});

/** Is `version` (like 2.36) at least `least`? */
function reaches(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/**
 * Why a program does not run on a system (`Linux x86_64 glibc 2.36`), or undefined where it should.
 * glibc keeps its promises to older programs, so a newer one there does no harm.
 */
export function misfit(built: BuiltFor, there: string): string | undefined {
  const [system, machine, library, version = ''] = there.split(' ');
  if (built.system !== system || built.machine !== machine)
    return `it is for ${built.system} ${built.machine}, the node is ${system} ${machine}`;
  if (built.glibc === undefined) return 'it is not built for glibc';
  if (library !== 'glibc' || !reaches(version, built.glibc))
    return `it wants glibc ${built.glibc}, the node has ${version || 'none'}`;
  return undefined;
}
