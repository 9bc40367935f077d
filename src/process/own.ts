// This process: its three streams, the signals that end it, and its end. No other place of a program has to do with them.
import { setMaxListeners } from 'node:events';
import type { ReadStream } from 'node:tty';
import { Outlet } from './outlet.ts';

/** After Ctrl-C a reader that takes nothing is waited for so long, ms. */
const GRACE = 500;

export interface Own {
  readonly stdin: ReadStream;
  readonly stdout: Outlet;
  readonly stderr: Outlet;
}

/** The process's streams. Call it once. */
export const takeStreams = (): Own => ({
  // Made when it is asked for: few programs read.
  get stdin() {
    return process.stdin;
  },
  stdout: new Outlet(process.stdout, 'standard output'),
  stderr: new Outlet(process.stderr, 'standard error'),
});

/** Aborted by the first Ctrl-C, TERM or HUP (its terminal was closed), which asks for a clean end; the second ends at once, with code 130. */
export function takeSignals(): AbortSignal {
  const controller = new AbortController();
  // Every node that is worked on listens, and a pool may have many.
  setMaxListeners(0, controller.signal);
  const stop = () => (controller.signal.aborted ? process.exit(130) : controller.abort());
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  return controller.signal;
}

const interrupted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const soon = () => void setTimeout(resolve, GRACE);
    if (signal.aborted) soon();
    else signal.addEventListener('abort', soon, { once: true });
  });

/**
 * Waits until all was written, however slow the readers are, and returns the code to end with. Output that could not be
 * written is one line and code 1, but where another failure gave its own; a reader that left is no failure.
 */
async function codeOf({ stdout, stderr }: Own, name: string, code: number): Promise<number> {
  await stdout.written();
  const { failure } = stdout;
  if (failure && !failure.isGone) void stderr.write(`${name}: ${failure.message}\n`);
  await stderr.written();
  const isLost = [failure, stderr.failure].some((one) => one && !one.isGone);
  return isLost ? code || 1 : code;
}

/** Ends the process with this code when all was written; sockets may linger, the command is over all the same. */
export async function end(own: Own, name: string, code: number, signal?: AbortSignal): Promise<never> {
  const cut = signal ? interrupted(signal).then(() => 130) : new Promise<never>(() => undefined);
  return process.exit(await Promise.race([codeOf(own, name, code), cut]));
}
