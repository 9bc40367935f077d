// Why a machine's process ended, told by its exit code.
import type { Death } from '../engine.ts';
import { attempt } from './command.ts';

/** Asks podman why a container ended; after `limit` milliseconds without an answer it counts as killed. */
export async function causeOfDeath(container: string, limit: number): Promise<Death> {
  const code = attempt(['podman', 'wait', '--interval', '50ms', container]).then(({ stdout }) =>
    Number(stdout.trim()),
  );
  const late = new Promise<number>((resolve) => setTimeout(() => resolve(137), limit).unref());
  return deathOf(await Promise.race([code, late]));
}

/** reboot(2), NOTES on PID namespaces: the init is seen to end by SIGHUP for restart, SIGINT for power off. */
export function deathOf(exitCode: number): Death {
  if (exitCode === 129) return 'reboot';
  return exitCode === 130 || exitCode === 0 ? 'poweroff' : 'killed';
}
