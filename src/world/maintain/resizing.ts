// The steps that change the size of a pool, and what EC2 does not show of them yet.
import type { Step } from '../../plans/plan.ts';
import type { Seen } from '../../plans/seen.ts';
import type { Ours } from '../../plans/sighting.ts';
import { type InstanceId, LEAVING_TAG, type Node, PROTECTED_TAG } from '../../pool/instance.ts';
import type { Memory } from '../nodes/memory.ts';
import type { Prepared } from '../preflight.ts';
import { launch } from '../start/launching.ts';
import { awaitedOthers } from '../start/settling.ts';
import type { World } from '../world.ts';

type Resize = Extract<Step, { do: 'launch' | 'replace' | 'leave' | 'terminate' | 'protect' }>;

const WORDS: ReadonlySet<Step['do']> = new Set(['launch', 'replace', 'leave', 'terminate', 'protect']);

export const isResize = (step: Step): step is Resize => WORDS.has(step.do);

/** EC2 takes 256 characters for the value of a tag. */
const LONGEST_TAG = 256;

export class Resizing {
  readonly #world: World;
  readonly #prepared: Prepared;
  readonly #memory: Memory;
  readonly #leaving = new Map<InstanceId, string>();
  readonly #ending = new Set<InstanceId>();
  #protected = false;
  readonly #permit: () => void;

  /** `permit` throws where the maintainer may no longer launch: a launch may take several calls, with pauses. */
  constructor(world: World, prepared: Prepared, memory: Memory, permit: () => void) {
    this.#permit = permit;
    this.#world = world;
    this.#prepared = prepared;
    this.#memory = memory;
  }

  ours(): Ours {
    const { falls } = this.#memory;
    return { falls, leaving: this.#leaving, ending: this.#ending, isProtected: this.#protected };
  }

  async apply(step: Resize, seen: Seen): Promise<void> {
    if (step.do === 'launch') return await this.#launch(step, seen);
    if (step.do === 'terminate') return await this.#terminate(step.nodes);
    if (step.do === 'protect') return await this.#protect(step);
    if (step.do === 'leave') return await this.#leave(step.node, step.because);
    await this.#terminate([step.node]);
    await this.#launch({ ...step, do: 'launch', count: 1 }, seen);
  }

  async #launch(step: Extract<Resize, { do: 'launch' }>, seen: Seen): Promise<void> {
    if (await awaitedOthers(this.#world, this.#memory, seen)) return;
    await launch(this.#world, this.#prepared, this.#memory, step, seen, this.#permit);
  }

  /** It counts as ending as soon as EC2 is asked: the next look must not ask again. */
  async #terminate(nodes: readonly Node[]): Promise<void> {
    const ids = nodes.map(({ id }) => id);
    for (const id of ids) this.#ending.add(id);
    try {
      await this.#world.cloud.terminate(ids);
    } catch (error) {
      for (const id of ids) this.#ending.delete(id);
      throw error;
    }
  }

  async #leave({ id }: Node, because: string): Promise<void> {
    this.#leaving.set(id, because);
    try {
      await this.#world.cloud.tag([id], { [LEAVING_TAG]: because.slice(0, LONGEST_TAG) });
    } catch (error) {
      this.#leaving.delete(id);
      throw error;
    }
  }

  /** Once for every row of failures: when EC2 shows the tags, they alone count. */
  async #protect({ nodes, because }: Extract<Resize, { do: 'protect' }>): Promise<void> {
    this.#protected = true;
    try {
      await this.#world.cloud.tag(
        nodes.map(({ id }) => id),
        { [PROTECTED_TAG]: because.slice(0, LONGEST_TAG) },
      );
    } finally {
      this.#protected = false;
    }
  }
}
