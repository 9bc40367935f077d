// The interactive shell is the system's own OpenSSH, with our known_hosts and our key.
import { spawn } from 'node:child_process';
import { PoolError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';

export interface Identity {
  readonly username: string;
  readonly keyPath: string;
  readonly knownHosts: string;
}

/** ssh's own words: it believes only the key that we pinned under the instance's id. */
const sshArguments = (node: Node, host: string, identity: Identity): readonly string[] => [
  '-F',
  'none',
  '-o',
  `UserKnownHostsFile="${identity.knownHosts}"`,
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
  '-i',
  identity.keyPath,
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
