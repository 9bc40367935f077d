// Whose turn it is: before the first change that another maintainer could be making, too, the pool's lock is taken.
import type { Step } from '../../plans/plan.ts';
import { isHeld, type Seen } from '../../plans/seen.ts';
import type { Node } from '../../pool/instance.ts';
import { type Held, holdLock, type LockManner } from '../lock.ts';
import type { World } from '../world.ts';
import type { Memory } from './memory.ts';

/** A master that does not answer for so long holds no lock either; in ms. */
const MASTER_LIMIT = 5_000;

/** Steps that only look, or that no maintainer takes: nobody has to be kept from them. */
const HARMLESS = [
  'probe',
  'make-group',
  'make-address',
  'make-bucket',
  'give-address',
  'permit',
  'release-spare',
];

export class Turn {
  readonly #world: World;
  readonly #memory: Memory;
  readonly #who: string;
  readonly #manner: LockManner;
  #held: { readonly on: string; readonly lock: Promise<Held | undefined> } | undefined;

  constructor(world: World, memory: Memory, who: string, manner: LockManner = 'take') {
    this.#world = world;
    this.#memory = memory;
    this.#who = who;
    this.#manner = manner;
  }

  /** Resolves when this step may be taken. Throws, naming who has the lock, where somebody else acts. */
  async before(step: Step, seen: Seen): Promise<void> {
    const master = this.#whereToAsk(step, seen);
    if (master !== undefined) await this.take(master);
  }

  /** Takes the lock on this node, if it is not held there already. Of many who ask at once the first takes it. */
  async take(master: Node): Promise<void> {
    if (this.#held?.on !== master.id) {
      const former = this.end();
      this.#held = { on: master.id, lock: former.then(() => this.#lock(master)) };
    }
    await this.#held.lock;
  }

  /** The same on node 0, where there is one. */
  async takeFirst([master]: readonly Node[]): Promise<void> {
    if (master) await this.take(master);
  }

  async end(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    const lock = await held?.lock.catch(() => undefined);
    await lock?.release();
  }

  /** On a master that this run has launched nobody acts before it was configured: until then nobody waits for it. */
  #whereToAsk(step: Step, seen: Seen): Node | undefined {
    const [master] = seen.pool.nodes;
    if (HARMLESS.includes(step.do) || master?.state !== 'running') return undefined;
    if (seen.pool.address !== undefined && !isHeld(seen)) return undefined;
    const isNew = this.#memory.mine.has(master.id);
    return isNew && !('node' in step && step.node.id === master.id) ? undefined : master;
  }

  async #lock(master: Node): Promise<Held | undefined> {
    const { kit } = this.#memory;
    const { answers } = await this.#world.remote.reach(master, MASTER_LIMIT);
    if (!answers) return undefined;
    const held = await holdLock(this.#world, kit.templates, master, this.#who, this.#manner);
    const mine = this.#held;
    void held.lost.then(() => {
      if (this.#held === mine) this.#held = undefined;
    });
    return held;
  }
}
