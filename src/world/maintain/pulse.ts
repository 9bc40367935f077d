// A maintainer's short look at the nodes it knows: who answers, how are they, and is each still what we made of it?
import { sameProgress } from '../../plans/same-seen.ts';
import { type Progress, running, type Seen } from '../../plans/seen.ts';
import { findings } from '../../pool/haproxy-stat.ts';
import type { InstanceId, Node } from '../../pool/instance.ts';
import { type Probe, tellsServers } from '../../pool/probe.ts';
import { type NodeVitals, type Vitals, vitalsAfter } from '../../pool/vitals.ts';
import { ask } from '../nodes/ask.ts';
import type { Memory } from '../nodes/memory.ts';
import type { World } from '../world.ts';

/** A node that failed is tried again after this time, in ms. */
const RETRY = 30_000;

/** What comes later than this, in ms, is used in the next tick. */
const PATIENCE = 1_000;

export class Pulse {
  readonly #world: World;
  readonly #memory: Memory;
  readonly #fellAt = new Map<InstanceId, number>();
  readonly #vitals = new Map<InstanceId, NodeVitals>();
  /** Questions under way: a node that hangs is not asked twice at once. */
  readonly #asking = new Map<InstanceId, Promise<void>>();
  #felt = Number.NEGATIVE_INFINITY;

  constructor(world: World, memory: Memory) {
    this.#world = world;
    this.#memory = memory;
  }

  /** How the nodes that run are, as far as is known now; a value of its own that does not change afterwards. */
  vitals(seen: Seen): Vitals {
    const there = new Set(running(seen).map(({ id }) => id));
    return new Map([...this.#vitals].filter(([id]) => there.has(id)));
  }

  /** Asks all known nodes, once a tick and not more often. Whoever was silent is not waited for. */
  async feel(seen: Seen): Promise<void> {
    const now = this.#world.clock.monotonic();
    this.#forgetGone(seen);
    const known = running(seen).filter(({ id }) => this.#isKnown(id));
    this.#retry(seen, now);
    if (now - this.#felt < this.#world.settings.polling_time) return;
    this.#felt = now;
    const answers = known.map((node) => ({ id: node.id, answered: this.#ask(node) }));
    const awaited = answers.filter(({ id }) => (this.#vitals.get(id)?.misses ?? 0) === 0);
    const { clock, signal } = this.#world;
    await clock.atMost(PATIENCE, Promise.all(awaited.map(({ answered }) => answered)), signal);
  }

  #forgetGone(seen: Seen): void {
    const there = new Set(running(seen).map(({ id }) => id));
    for (const id of this.#vitals.keys()) if (!there.has(id)) this.#vitals.delete(id);
  }

  /** Machines that boot are met by a step of their own, which knows how to wait. */
  #isKnown = (id: InstanceId): boolean => this.#memory.progress.has(id) || this.#vitals.has(id);

  /** What failed is looked at afresh after a while: whatever ailed it may have been mended. */
  #retry(seen: Seen, now: number): void {
    for (const { id } of running(seen)) {
      const known = this.#memory.progress.get(id);
      if (known?.stage !== 'failed' && known?.stage !== 'unhealthy') {
        this.#fellAt.delete(id);
        continue;
      }
      const since = this.#fellAt.get(id) ?? now;
      this.#fellAt.set(id, since);
      if (now - since < RETRY) continue;
      this.#forget(id);
      this.#fellAt.delete(id);
    }
  }

  #forget(id: InstanceId): void {
    this.#memory.progress.delete(id);
    this.#memory.failures.delete(id);
    this.#memory.mine.delete(id);
  }

  #ask(node: Node): Promise<void> {
    const underWay = this.#asking.get(node.id) ?? this.#look(node);
    this.#asking.set(node.id, underWay);
    return underWay;
  }

  async #look(node: Node): Promise<void> {
    const before = this.#memory.progress.get(node.id);
    const found = await ask(this.#world, node);
    this.#asking.delete(node.id);
    const at = this.#world.clock.monotonic();
    this.#vitals.set(node.id, vitalsAfter(this.#vitals.get(node.id), found, at));
    if (found !== undefined && this.#memory.progress.get(node.id) === before)
      this.#compare(node.id, found, before);
  }

  /**
   * A silent node, or HAProxy, stays as it was known: missing is not zero. One that was changed is looked at in full. Also of one
   * that waits for its turn to be restarted it must be known whom its HAProxy serves: its turn depends on that.
   */
  #compare(id: InstanceId, found: Probe, before: Progress | undefined): void {
    if (before?.stage !== 'configured' && before?.stage !== 'probed') return;
    const has: Progress = tellsServers(found) ? { ...before, ...findings(found.servers) } : before;
    if (found.configHash === before.state.configHash)
      this.#memory.progress.set(id, sameProgress(before, has));
    else this.#forget(id);
  }
}
