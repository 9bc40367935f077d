// What one run of `pool start` remembers between two looks.

import type { Progress } from '../../plans/start.ts';
import type { InstanceId, Node } from '../../pool/instance.ts';

/** A node that did not come up: its name, why, and what its log says. */
export interface NodeFailure {
  readonly node: Node;
  readonly why: string;
  readonly details: readonly string[];
}

export class Memory {
  groupId: string | undefined;
  /** Instances asked for by calls that are under way. */
  launching = 0;
  /** Did the last request through the pool's address succeed? */
  served = false;
  /** The last answer through the address, for the person who waits for a better one. */
  lastAnswer = 'no answer yet';
  readonly launched = new Set<InstanceId>();
  readonly progress = new Map<InstanceId, Progress>();
  readonly failures = new Map<InstanceId, NodeFailure>();

  fail(failure: NodeFailure, stage: 'failed' | 'unhealthy', known?: Progress): void {
    const { members, up } = known ?? { members: [], up: [] };
    this.failures.set(failure.node.id, failure);
    this.progress.set(failure.node.id, { stage, members, up });
  }

  /** Launched here and not in EC2's answer: EC2 tells of a new instance late. */
  unseen(visible: readonly Node[]): number {
    const ids = new Set(visible.map((node) => node.id));
    return this.launching + [...this.launched].filter((id) => !ids.has(id)).length;
  }
}
