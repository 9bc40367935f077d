// The interactive shell is the system's own OpenSSH, with our known_hosts and our key.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { PoolError, usageError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';

export interface Identity {
  readonly username: string;
  readonly keyPath: string;
  readonly knownHosts: string;
  /** The key itself, in a form that every ssh reads, where ssh cannot read it in its file; ssh would ask or refuse. */
  readonly opened: string | undefined;
}

/**
 * A path as a value of an option: between quotes, with no token in it that ssh would expand (ssh_config(5), TOKENS).
 * Throws code 2 on what ssh has no way to say: the end of a line, and a reference to a variable.
 */
function quoted(path: string): string {
  if (/[\r\n]|\$\{/.test(path))
    throw usageError(
      `ssh cannot use the path ${JSON.stringify(path)}: it holds a line's end or "\${"; move the file`,
    );
  return `"${path.replace(/["\\]/g, '\\$&').replaceAll('%', '%%')}"`;
}

/** ssh's own words: it believes only the key that we pinned under the instance's id. */
export const sshArguments = (node: Node, host: string, identity: Identity): readonly string[] => [
  '-F',
  'none',
  '-o',
  `UserKnownHostsFile=${quoted(identity.knownHosts)}`,
  '-o',
  'GlobalKnownHostsFile=/dev/null',
  '-o',
  `HostKeyAlias=${node.id}`,
  '-o',
  'HostKeyAlgorithms=ssh-ed25519',
  '-o',
  'StrictHostKeyChecking=yes',
  '-o',
  'CheckHostIP=no',
  '-o',
  'LogLevel=ERROR',
  '-o',
  'ServerAliveInterval=15',
  ...(identity.opened === undefined
    ? ['-o', 'IdentitiesOnly=yes', '-o', `IdentityFile=${quoted(identity.keyPath)}`]
    : ['-o', 'IdentityFile=none']),
  '-t',
  `${identity.username}@${host}`,
];

/**
 * ssh under an agent of its own, which learns the key from channel 3 and keeps it for the minute that logging in may
 * take: the key comes into no file and on no command line.
 */
const UNDER_AGENT = ['sh', '-c', 'ssh-add -q -t 60 - <&3 && exec ssh "$@" 3<&-', 'ssh'];

function begin(words: readonly string[], opened: string | undefined): ChildProcess {
  if (opened === undefined) return spawn('ssh', words, { stdio: 'inherit' });
  const stdio = ['inherit', 'inherit', 'inherit', 'pipe'] as const;
  const child = spawn('ssh-agent', [...UNDER_AGENT, ...words], { stdio: [...stdio] });
  const channel = child.stdio[3] as Writable | null;
  // Who ended before it read the key says so by its code.
  channel?.on('error', () => undefined).end(opened);
  return child;
}

/** Hands the terminal over to ssh; resolves to its exit code (the remote shell's own). */
export function shell(node: Node, host: string, identity: Identity): Promise<number> {
  const become = identity.username === 'root' ? [] : ['sudo -i'];
  const child = begin([...sshArguments(node, host, identity), ...become], identity.opened);
  return new Promise((resolve, reject) => {
    child.once('error', () =>
      reject(new PoolError('no ssh program here; install it: apt-get install openssh-client')),
    );
    // Not its streams' end: an agent holds them for some seconds more.
    child.once('exit', (code) => resolve(code ?? 255));
  });
}
