// One warm connection to one node.

import type { AnyAuthMethod, Client as SshClient } from 'ssh2';
import ssh2 from 'ssh2';
import type { Node } from '../../pool/instance.ts';

export interface Door {
  readonly node: Node;
  readonly host: string;
  readonly username: string;
  readonly auth: AnyAuthMethod;
  /** Throws where the key is not the machine's. */
  verify(wire: Buffer): Promise<void>;
  /** Limit for TCP and the handshake, in ms. */
  readonly timeout: number;
}

/**
 * Connects and logs in. Rejects with ssh2's error, or with what `verify` threw.
 * Only ed25519 host keys are asked for, so that one key is pinned per machine whichever client asks.
 */
export function open(door: Door): Promise<SshClient> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    let refusal: unknown;
    client.once('ready', () => {
      // Small packets follow each other here: to gather them costs each command some 40 ms, twice.
      client.setNoDelay(true);
      resolve(client);
    });
    // Not once: ssh2 tells a second time of a connection that ends before the handshake, and nobody else listens yet.
    client.on('error', (error) => {
      client.destroy();
      reject(refusal ?? error);
    });
    client.connect({
      host: door.host,
      username: door.username,
      authHandler: [door.auth],
      readyTimeout: door.timeout,
      keepaliveInterval: 5_000,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: ['ssh-ed25519'] },
      hostVerifier: (wire: Buffer, answer: (ok: boolean) => void) => {
        door.verify(wire).then(
          () => answer(true),
          (error: unknown) => {
            refusal = error;
            answer(false);
          },
        );
      },
    });
  });
}
