// What several clouds of one host must not do at the same time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/** What clouds of one host share: slots, locks, users of lxcfs. It is gone after a reboot, as they are. */
export const hostFolder = '/run/poolparty-local';

/** The socket of a cloud's daemon: here, because the path of a state folder may be longer than a socket's can be. */
export const controlOf = (cloudId: string): string => path.join(hostFolder, cloudId, 'control');

/**
 * Runs work while this process alone on the host holds the lock of that name, waiting for it if need be.
 * Not to be nested under one name. The lock is flock(1)'s, held by a child that ends with us: a killed holder leaves no lock behind.
 */
export async function withHostLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  await mkdir(hostFolder, { recursive: true });
  const file = path.join(hostFolder, `${name}.lock`);
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  try {
    await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit').then(() => refuse(name))]);
    return await work();
  } finally {
    holder.stdin.end();
  }
}

function refuse(name: string): never {
  throw new Error(`the lock ${name} in ${hostFolder} could not be taken: see whether flock works there`);
}
