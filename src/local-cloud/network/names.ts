// The names that a cloud gives to things of the kernel and of podman: all carry its id, so that all can be found.
import { createHash } from 'node:crypto';

export interface Names {
  readonly cloudId: string;
  /** An empty bridge that holds the cloud's own address and the machines' gateway. */
  readonly bridge: string;
  readonly table: string;
  readonly prefix: string;
  container(id: string): string;
  /** The network namespace of a machine; it outlives the machine's process. */
  namespace(id: string): string;
  /** The host's end of a machine's cable; the kernel allows 15 characters. */
  port(id: string): string;
}

/** The short id of a cloud: a hash of the real path of its state folder. */
export function cloudIdOf(realHome: string): string {
  return short(realHome, 8);
}

export function namesOf(cloudId: string): Names {
  return {
    cloudId,
    bridge: `pp${cloudId}`,
    table: `poolparty_${cloudId}`,
    prefix: `poolparty-${cloudId}-`,
    container: (id) => `poolparty-${cloudId}-${id}`,
    namespace: (id) => `poolparty-${cloudId}-${id}`,
    port: (id) => `pp${short(`${cloudId} ${id}`, 12)}`,
  };
}

function short(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
