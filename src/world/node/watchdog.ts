// The service tells systemd that its loop goes round; one that hangs is ended by systemd and started again.
import { spawn } from 'node:child_process';

/** systemd gives up after WatchdogSec; three signs come in that time. */
const SIGNS = 3;

/** To be called at every tick with a monotonic time in ms; does nothing where systemd watches no dog. */
export function signsOfLife(
  limit = Number(process.env['WATCHDOG_USEC'] ?? 0) / 1_000,
): (now: number) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (now) => {
    if (limit === 0 || now - last < limit / SIGNS) return;
    last = now;
    // Node speaks no datagrams on unix sockets, so systemd's own program does.
    spawn('systemd-notify', ['WATCHDOG=1'], { stdio: 'ignore' }).on('error', () => undefined);
  };
}
