// Carries out `pool configure` and `instance reconfigure`: every node by itself, those that serve one after another.
import { configureNodes, isConfigured } from '../plans/configure-nodes.ts';
import type { Kit } from '../plans/kit.ts';
import { rotationIn } from '../plans/node-state.ts';
import type { Step } from '../plans/plan.ts';
import { heldBack } from '../plans/rolling.ts';
import { isHeld, type Seen } from '../plans/seen.ts';
import { PoolError } from '../pool/failure.ts';
import type { InstanceId, Node } from '../pool/instance.ts';
import type { Pool } from '../pool/pool.ts';
import { converge } from './converge.ts';
import { noteComplete, settleSecret } from './nodes/known.ts';
import { Memory, type NodeFailure } from './nodes/memory.ts';
import type { StartNews } from './nodes/news.ts';
import { isNodeStep, OnNode } from './nodes/on-node.ts';
import { Turn } from './nodes/turn.ts';
import type { World } from './world.ts';

/** EC2 is asked again this often, in ms, and after each change of what it shows. */
const LOOK_AGE = 1_000;

/** So long the pool's address may be on its way from a master that died to the next one, in ms. */
const ADDRESS_LIMIT = 60_000;

export interface ConfigureEnd {
  readonly failures: readonly NodeFailure[];
  /** Nodes that were left alone since another came back ill. */
  readonly heldBack: readonly Node[];
  /** Nodes whose haproxy.cfg is another than it was: members that left for a while and came back are no change. */
  readonly rotated: readonly Node[];
}

export class ConfigureRun {
  readonly #world: World;
  readonly #chosen: readonly Node[];
  readonly #memory: Memory;
  readonly #onNode: OnNode;
  readonly #turn: Turn;
  #looked: { readonly pool: Pool; readonly at: number };
  #seen: Seen | undefined;
  /** When a node was last seen to have the pool's address; monotonic ms. */
  #heldAt: number;
  /** What each node's haproxy.cfg was at first. */
  readonly #rotations = new Map<InstanceId, string | undefined>();

  /** `pool` was looked at just now; `chosen` are of it. */
  constructor(world: World, kit: Kit, pool: Pool, chosen: readonly Node[], news: StartNews) {
    this.#world = world;
    this.#chosen = chosen;
    this.#memory = new Memory(kit);
    this.#onNode = new OnNode(world, this.#memory, news);
    this.#turn = new Turn(world, this.#memory, 'pool configure');
    this.#looked = { pool, at: world.clock.monotonic() };
    this.#heldAt = this.#looked.at;
  }

  async run(): Promise<ConfigureEnd> {
    const { clock, signal } = this.#world;
    await converge<Seen>(clock, signal, {
      look: () => this.#look(),
      decide: (seen) => configureNodes(seen),
      done: isConfigured,
      apply: (step, seen) => this.#apply(step, seen),
      show: () => undefined,
    }).finally(() => this.#turn.end());
    const mine = ({ node }: NodeFailure) => this.#chosen.some(({ id }) => id === node.id);
    const failures = [...this.#memory.failures.values()].filter(mine);
    failures.sort((a, b) => a.node.index - b.node.index);
    const held = this.#seen === undefined ? [] : heldBack(this.#seen);
    return { failures, heldBack: held, rotated: this.#chosen.filter((node) => this.#isRotated(node)) };
  }

  #isRotated({ id }: Node): boolean {
    const now = this.#memory.progress.get(id);
    return now !== undefined && this.#rotations.get(id) !== rotationIn(now.state);
  }

  async #look(): Promise<Seen> {
    const now = this.#world.clock.monotonic();
    if (now - this.#looked.at > LOOK_AGE)
      this.#looked = { pool: await this.#world.cloud.look(this.#world.settings.name), at: now };
    const { pool } = this.#looked;
    this.#checkAddress(now);
    settleSecret(this.#world, this.#memory, pool);
    const { kit, progress } = this.#memory;
    for (const [id, { state }] of progress)
      if (!this.#rotations.has(id)) this.#rotations.set(id, rotationIn(state));
    const only = new Set(this.#chosen.map(({ id }) => id));
    const beside = { only, groupId: undefined, zones: [], lacksBucket: false, unseen: 0, served: true };
    this.#seen = noteComplete(this.#memory, { ...beside, pool, kit, progress }, now);
    return this.#seen;
  }

  /** Nodes are spoken to at addresses that stay, and only `pool start` makes the pool's, or gives it to a node. */
  #checkAddress(now: number): void {
    const { settings } = this.#world;
    const { address } = this.#looked.pool;
    if (isHeld(this.#looked) || settings.public_ip === 'none') this.#heldAt = now;
    if (now - this.#heldAt <= (address ? ADDRESS_LIMIT : 0)) return;
    const what = address ? `no node has the address of the pool, ${address.ip}` : 'the pool has no address';
    throw new PoolError(`${what}; run pool start, which gives it one`);
  }

  async #apply(step: Step, seen: Seen): Promise<void> {
    await this.#turn.before(step, seen);
    if (isNodeStep(step)) await this.#onNode.apply(step, seen);
    if (step.do === 'tag') this.#looked = { ...this.#looked, at: Number.NEGATIVE_INFINITY };
  }
}
