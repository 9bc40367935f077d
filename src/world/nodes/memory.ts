// What one run of `pool start` remembers between two looks.

import { NO_REFUSALS, type Refusals } from '../../plans/capacity.ts';
import { NO_CHANGES, type RuleChanges } from '../../plans/group-rules.ts';
import type { Kit } from '../../plans/kit.ts';
import { UNTOUCHED } from '../../plans/node-state.ts';
import type { Progress } from '../../plans/seen.ts';
import { LASTING } from '../../pool/haproxy-stat.ts';
import type { InstanceId, Node } from '../../pool/instance.ts';

/** A node that did not come up: its name, why, and what its log says. */
export interface NodeFailure {
  readonly node: Node;
  readonly why: string;
  readonly details: readonly string[];
}

/** So many falls end the tries with a newcomer (src/fail-safety/bootstraps.ts). */
export const ALL_TRIES = 3;

export class Memory {
  kit: Kit;
  groupId: string | undefined;
  /** What is still to be done to the group's rules. */
  rules: RuleChanges = NO_CHANGES;
  lacksBucket = false;
  /** Instances asked for by calls that are under way. */
  launching = 0;
  /** Did the last request through the pool's address succeed? */
  served = false;
  /** A maintainer's pool changes its size while it runs: what it was at first says nothing. */
  lastsLong = false;
  /** How many servers the master's HAProxy had at first. */
  servers = 0;
  /** The last answer through the address, for the person who waits for a better one. */
  lastAnswer = 'no answer yet';
  /** Instances launched here that EC2 has not told of yet, and when they were launched (monotonic ms). */
  readonly launched = new Map<InstanceId, number>();
  /** All that were launched here. */
  readonly mine = new Set<InstanceId>();
  /** Others' that were seen to boot, and whose whole launch has had its time to show. */
  readonly settled = new Set<InstanceId>();
  /** Why instances have ended while this ran, in EC2's words. */
  readonly deaths = new Map<InstanceId, string>();
  readonly progress = new Map<InstanceId, Progress>();
  readonly failures = new Map<InstanceId, NodeFailure>();
  /** How often each could not be brought to its configuration. */
  readonly falls = new Map<InstanceId, number>();
  /** When each was last brought what could keep it from serving; monotonic ms. */
  readonly changed = new Map<InstanceId, number>();

  /** Who had no capacity to give, and when. */
  refusals: Refusals = NO_REFUSALS;
  /** The person knows that spot instances are not to be had. */
  toldOnDemand = false;

  readonly #mismatches = new Map<string, number>();
  #visible: ReadonlyMap<InstanceId, Node> = new Map();

  constructor(kit: Kit) {
    this.kit = kit;
  }

  /** How often this token was refused before, since somebody else launches under it. */
  mismatch(token: string): number {
    const before = this.#mismatches.get(token) ?? 0;
    this.#mismatches.set(token, before + 1);
    return before;
  }

  /** `tries`: for how many falls it counts; whoever was waited for in vain is not tried again. */
  fail(failure: NodeFailure, stage: 'failed' | 'unhealthy', known?: Progress, tries = 1): void {
    const falls = this.falls.get(failure.node.id) ?? 0;
    this.falls.set(failure.node.id, falls + tries);
    const before = known ?? { members: [], up: [], state: UNTOUCHED };
    this.failures.set(failure.node.id, failure);
    this.progress.set(failure.node.id, { ...before, stage });
  }

  /** Those of whom HAProxy may still tell what was true before their change. */
  fresh(now: number): ReadonlySet<InstanceId> {
    const lately = [...this.changed].filter(([, at]) => now - at < LASTING * 1_000);
    return new Set(lately.map(([id]) => id));
  }

  /** Notes who is visible; how many are still to be told of: EC2 tells of a new instance late. */
  unseen(visible: readonly Node[]): number {
    this.#visible = new Map(visible.map((node) => [node.id, node]));
    for (const node of visible) this.launched.delete(node.id);
    return this.launching + this.launched.size;
  }

  /** The node as the last look showed it: its address may be another than when its step began. */
  latest(node: Node): Node {
    return this.#visible.get(node.id) ?? node;
  }
}
