// Whether a machine's sshd answers: its banner is read from the cloud's own address, which passes all guards.
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const port = 22;

/** Reads the banner of sshd. True when one came within `limit` milliseconds. */
export function bannerComes(from: string, to: string, limit: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: to, port, localAddress: from });
    const end = (came: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(came);
    };
    const timer = setTimeout(() => end(false), limit);
    socket.once('data', (data) => end(data.toString('latin1').startsWith('SSH-')));
    socket.once('error', () => end(false));
    socket.once('end', () => end(false));
  });
}

/**
 * Resolves when sshd answers. Rejects when `alive` says that the machine's process ended, when the signal
 * aborts, or after `limit` milliseconds.
 */
export async function untilBanner(
  from: string,
  to: string,
  alive: () => boolean,
  limit: number,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + limit;
  while (!(await bannerComes(from, to, 1500))) {
    signal?.throwIfAborted();
    if (!alive()) throw new Error('its init ended during the boot');
    if (performance.now() > deadline) throw new Error(`its sshd did not answer within ${limit / 1000} s`);
    await pause(40);
  }
}
