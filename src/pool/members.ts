// The servers of HAProxy: one for each node that has an address.
import type { InstanceId, Node } from './instance.ts';

/** One server of HAProxy, named by the instance's id, since node numbers move. */
export interface Member {
  readonly id: InstanceId;
  /** Private address and the app's port. */
  readonly address: string;
}

/**
 * Each of these nodes as a server; one without a private address is left out. They stand in the order of their ids,
 * so that a new numbering changes nothing.
 */
export const addressed = (nodes: readonly Node[], clientPort: number): readonly Member[] =>
  nodes
    .flatMap(({ id, privateIp }) =>
      privateIp === undefined ? [] : [{ id, address: `${privateIp}:${clientPort}` }],
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
