// What the login shell of a node costs each command: bash reads ~/.bashrc when sshd starts it, as most forget.

import type { Node } from '../../pool/instance.ts';
import { quote } from '../../pool/shell.ts';
import { type Finding, ill, well } from './finding.ts';

/** A shell that takes longer than this for nothing is felt at every step, ms. */
const LIMIT = 200;

/**
 * Prints the milliseconds of an empty command in the user's login shell as sshd starts it: with SSH_CLIENT and without
 * SHLVL, which is what bash goes by (bash(1), INVOCATION).
 */
export const shellCostScript = (username: string): string =>
  [
    `user=${quote(username)}`,
    'home=$(getent passwd "$user" | cut -d: -f6)',
    'shell=$(getent passwd "$user" | cut -d: -f7)',
    'begin=$(date +%s%N)',
    'runuser -u "$user" -- env -i HOME="$home" USER="$user" PATH="$PATH" SSH_CLIENT="192.0.2.1 1 22" "$shell" -c : </dev/null >/dev/null 2>&1',
    'end=$(date +%s%N)',
    'echo $(( (end - begin) / 1000000 ))',
  ].join('\n');

/** Milliseconds, or undefined where the script said no number. */
export const parseShellCost = (stdout: string): number | undefined =>
  /^\d+$/.test(stdout.trim()) ? Number(stdout.trim()) : undefined;

export function judgeShell({ name, id }: Node, ms: number): Finding {
  const text = `${name} (${id}) takes ${ms} ms to start a shell`;
  return ms <= LIMIT
    ? well('shell', text)
    : ill(
        'shell',
        text,
        `look at ~/.bashrc there (instance ssh i=${id}): bash reads it for every command by ssh`,
      );
}
