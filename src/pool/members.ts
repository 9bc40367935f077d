// Who is in the rotation: every node that is ready and has an address, in node order.
import type { InstanceId, Node } from './instance.ts';

/** One server of HAProxy, named by the instance's id, since node numbers move. */
export interface Member {
  readonly id: InstanceId;
  /** Private address and the app's port. */
  readonly address: string;
}

/** Each of these nodes as a server; one without a private address is left out. */
export const addressed = (nodes: readonly Node[], clientPort: number): readonly Member[] =>
  nodes.flatMap(({ id, privateIp }) =>
    privateIp === undefined ? [] : [{ id, address: `${privateIp}:${clientPort}` }],
  );

/** `ready` holds the ids whose own health check passed; only nodes that run are taken. */
export const membersOf = (
  nodes: readonly Node[],
  ready: ReadonlySet<InstanceId>,
  clientPort: number,
): readonly Member[] =>
  addressed(
    nodes.filter(({ id, state }) => state === 'running' && ready.has(id)),
    clientPort,
  );
