// A maintainer's short look at the nodes it knows: who answers, and is each still what we made of it?
import { type Progress, running, type Seen } from '../../plans/seen.ts';
import type { InstanceId, Node } from '../../pool/instance.ts';
import { upAmong } from '../../pool/probe.ts';
import { ask } from '../nodes/ask.ts';
import type { Memory } from '../nodes/memory.ts';
import type { World } from '../world.ts';

/** A node that failed is tried again after this time, in ms. */
const RETRY = 30_000;

export class Pulse {
  readonly #world: World;
  readonly #memory: Memory;
  readonly #fellAt = new Map<InstanceId, number>();
  #felt = Number.NEGATIVE_INFINITY;

  constructor(world: World, memory: Memory) {
    this.#world = world;
    this.#memory = memory;
  }

  /** Asks all known nodes, once a tick and not more often. */
  async feel(seen: Seen): Promise<void> {
    const now = this.#world.clock.monotonic();
    this.#retry(seen, now);
    if (now - this.#felt < this.#world.settings.polling_time) return;
    this.#felt = now;
    await Promise.all(running(seen).map((node) => this.#ask(node)));
  }

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

  /** A silent node stays as it was known: missing is not zero. One that was changed is looked at in full. */
  async #ask(node: Node): Promise<void> {
    const before = this.#memory.progress.get(node.id);
    if (before?.stage !== 'configured') return;
    const found = await ask(this.#world, node);
    if (found === undefined || this.#memory.progress.get(node.id) !== before) return;
    if (found.configHash !== before.state.configHash) return this.#forget(node.id);
    const has: Progress = {
      ...before,
      members: found.servers.map(({ id }) => id),
      up: upAmong(found.servers),
    };
    this.#memory.progress.set(node.id, has);
  }
}
