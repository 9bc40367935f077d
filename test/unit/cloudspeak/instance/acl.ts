// ACLs of this machine's files by the system's own calls: the programs for them (setfacl) are not everywhere.
import { execFileSync } from 'node:child_process';

/** Numbers of setxattr and getxattr. */
const CALLS = process.arch === 'arm64' ? ([5, 8] as const) : ([188, 191] as const);
type Which = 'access' | 'default';
const nameOf = (which: Which): string => `system.posix_acl_${which}`;
const [USER_OBJ, USER, GROUP_OBJ, MASK, OTHER, NOBODY] = [1, 2, 4, 16, 32, 0xffffffff];

const perl = (program: string, ...words: readonly string[]): string =>
  `${execFileSync('perl', ['-e', program, ...words])}`;

/** The owner may read and write, the user 1234 all, and the group nothing, though its bits of the mode, the mask, are rwx. */
export function giveAcl(path: string, which: Which = 'access'): void {
  const entries = [
    [USER_OBJ, 6, NOBODY],
    [USER, 7, 1234],
    [GROUP_OBJ, 0, NOBODY],
    [MASK, 7, NOBODY],
    [OTHER, 0, NOBODY],
  ];
  const list = entries.map((entry) => `[${entry}]`).join();
  perl(
    `my ($path, $name, $acl) = (@ARGV, pack("V", 2));
    $acl .= pack("vvV", @$_) for ${list};
    syscall(${CALLS[0]}, $path, $name, $acl, length $acl, 0) == 0 or die "$path: $!"`,
    ...[path, nameOf(which)],
  );
}

/** Its ACL in hex digits; empty where it has none. */
export const aclOf = (path: string): string =>
  perl(
    `my ($path, $name, $acl) = (@ARGV, "\\0" x 4096);
    my $length = syscall(${CALLS[1]}, $path, $name, $acl, 4096);
    print unpack("H*", substr($acl, 0, $length)) if $length > 0`,
    ...[path, nameOf('access')],
  );
