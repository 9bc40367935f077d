// Who is in the rotation: every node that is ready and has an address, in node order.
import type { InstanceId, Node } from './instance.ts';

/** One server of HAProxy, named by the instance's id, since node numbers move. */
export interface Member {
  readonly id: InstanceId;
  /** Private address and the app's port. */
  readonly address: string;
}

/** `ready` holds the ids whose own health check passed; a node without a private address is left out. */
export function membersOf(
  nodes: readonly Node[],
  ready: ReadonlySet<InstanceId>,
  clientPort: number,
): readonly Member[] {
  return nodes.flatMap(({ id, state, privateIp }) =>
    state === 'running' && ready.has(id) && privateIp !== undefined
      ? [{ id, address: `${privateIp}:${clientPort}` }]
      : [],
  );
}
