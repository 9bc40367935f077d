// TCP and UDP ports of a node that are in use before the app and the pool's visitors come to it.

export const SSH_PORT = 22;

/** By port, who listens there. A new listener of PoolParty on a node gets a line here, and is refused to settings. */
const TAKEN: ReadonlyMap<number, string> = new Map([
  [SSH_PORT, 'sshd'],
  [53, "the system's resolver"],
  [694, 'Heartbeat'],
  [5355, "the system's resolver"],
  [8404, "HAProxy's status page"],
  [8405, "HAProxy's sign of life"],
]);

/** Who listens on a port of every node already; undefined where nobody does. */
export const listenerOn = (port: number): string | undefined => TAKEN.get(port);

/** Ports below this can be opened by root alone (ip_unprivileged_port_start of ip-sysctl). */
export const FIRST_UNPRIVILEGED = 1024;
