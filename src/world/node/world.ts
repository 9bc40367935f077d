// The world of a node: everything that maintain uses there, from the node's own files, role and key.
import { setMaxListeners } from 'node:events';
import type { InstanceId } from '../../pool/instance.ts';
import type { Own } from '../../process/own.ts';
import { realClock } from '../clock.ts';
import { STEP_LIMITS } from '../ec2/limits.ts';
import { createCloud } from '../ec2.ts';
import { lazyRemote } from '../lazy-remote.ts';
import { createTerminal } from '../terminal.ts';
import { get } from '../web.ts';
import type { World } from '../world.ts';
import { roleCredentials } from './credentials.ts';
import { nodeEnvironment } from './environment.ts';
import { nodeFilesOnDisk, nodeSettings } from './files.ts';
import { createMetadata, type Metadata } from './metadata.ts';

/** TERM is how systemd asks for an end. Every node that is worked on listens. */
function ending(): AbortSignal {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

export interface NodeWorld extends World {
  readonly me: InstanceId;
}

/**
 * Call it once: it takes over the signals. `root` and `metadata` are others only in tests.
 * Throws where this machine is no configured node.
 */
export async function nodeWorld(
  own: Own,
  root = '',
  metadata: Metadata = createMetadata(),
): Promise<NodeWorld> {
  const env = nodeEnvironment();
  const [settings, files, me] = await Promise.all([
    nodeSettings(root),
    nodeFilesOnDisk(root),
    metadata.instanceId(),
  ]);
  const credentials = roleCredentials(metadata);
  const cloud = createCloud(settings, env, { credentials, limits: STEP_LIMITS });
  const remote = lazyRemote(async () => {
    const { createRemote, fromNode } = await import('../ssh.ts');
    return createRemote(settings, cloud, fromNode);
  });
  const terminal = await createTerminal(own, { quiet: false, json: false }, env);
  return { me, settings, cloud, remote, clock: realClock, terminal, files, get, signal: ending() };
}
