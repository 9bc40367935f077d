// The interactive shell is the system's own OpenSSH, with our known_hosts and our key.
import { spawn } from 'node:child_process';
import { PoolError, usageError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';

export interface Identity {
  readonly username: string;
  readonly keyPath: string;
  readonly knownHosts: string;
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
  'IdentitiesOnly=yes',
  '-o',
  'LogLevel=ERROR',
  '-o',
  'ServerAliveInterval=15',
  '-o',
  `IdentityFile=${quoted(identity.keyPath)}`,
  '-t',
  `${identity.username}@${host}`,
];

/** Hands the terminal over to ssh; resolves to its exit code (the remote shell's own). */
export function shell(node: Node, host: string, identity: Identity): Promise<number> {
  const become = identity.username === 'root' ? [] : ['sudo -i'];
  const child = spawn('ssh', [...sshArguments(node, host, identity), ...become], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', () =>
      reject(new PoolError('no ssh program here; install it: apt-get install openssh-client')),
    );
    child.once('close', (code) => resolve(code ?? 255));
  });
}
