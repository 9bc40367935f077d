// A process that dies as by SIGKILL at its k-th call to EC2 or to a node: before it is sent, or before its answer is seen.
import type { Outside } from '../../../src/world/outside.ts';
import type { Clock, Cloud, Remote, RunOptions } from '../../../src/world/world.ts';
import type { FakeOutside } from '../fake-world.ts';

/** `before`: the call is never sent; `after`: it took effect, and nobody saw the answer. Calls count from 1. */
export interface Death {
  readonly call: number;
  readonly side: 'before' | 'after';
}

type Call = (...values: unknown[]) => Promise<unknown>;

/** No command takes longer on the clock of its world, in ms. */
const LIMIT = 30 * 60_000;

const never = () => new Promise<never>(() => undefined);

export class Mortal {
  /** The calls in their order: `look`, `run node1`. */
  readonly calls: string[] = [];
  readonly died: Promise<void>;
  readonly outside: Outside;
  readonly #death: Death | undefined;
  #isDead = false;
  #die: () => void = () => undefined;

  constructor(world: FakeOutside, death?: Death) {
    this.#death = death;
    this.died = new Promise((resolve) => {
      this.#die = () => {
        this.#isDead = true;
        resolve();
      };
    });
    // The world goes on, also its clock; only what this process asks of it ends.
    this.outside = Object.assign(Object.create(world) as FakeOutside, {
      clock: this.#clock(world.clock),
      cloud: async (settings: Parameters<Outside['cloud']>[0]) => this.#cloud(await world.cloud(settings)),
      remote: async () => this.#remote(world.nodes),
    });
  }

  /** Its own calls only: answers that come after its death are seen by nobody. */
  async #count<T>(name: string, call: (seen: () => void) => Promise<T>): Promise<T> {
    if (this.#isDead) return await never();
    this.calls.push(name);
    const isLast = this.calls.length === this.#death?.call;
    if (isLast && this.#death?.side === 'before') {
      this.#die();
      return await never();
    }
    const die = () => (isLast ? this.#die() : undefined);
    try {
      const answer = await call(die);
      die();
      return this.#isDead ? await never() : answer;
    } catch (error) {
      die();
      return this.#isDead ? await never() : Promise.reject(error);
    }
  }

  #clock(clock: Clock): Clock {
    const began = clock.monotonic();
    const alive = async (rest: () => Promise<void>): Promise<void> => {
      if (this.#isDead) return await never();
      if (clock.monotonic() - began > LIMIT) throw new Error('the command does not come to an end');
      await rest();
      if (this.#isDead) await never();
    };
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: (ms, signal) => alive(() => clock.sleep(ms, signal)),
      atMost: (ms, work, signal) => alive(() => clock.atMost(ms, work, signal)),
    };
  }

  #cloud = (cloud: Cloud): Cloud =>
    new Proxy(cloud, {
      get: (_, name: string) => {
        const verb = cloud[name as keyof Cloud] as Call | undefined;
        // A promise asks whatever it is given whether it is one, too.
        if (typeof verb !== 'function' || name === 'environment') return verb?.bind(cloud);
        return (...values: unknown[]) => this.#count(name, () => verb.apply(cloud, values));
      },
    });

  /** A session that holds a lock is answered when it says so, and not at its end. */
  #remote = (remote: Remote): Remote => ({
    reach: (node, timeout) => this.#count(`reach ${node.name}`, () => remote.reach(node, timeout)),
    run: (node, script, options: RunOptions = {}) =>
      this.#count(`run ${node.name}`, (seen) =>
        remote.run(node, script, {
          ...options,
          ...(options.onChunk && {
            onChunk: (chunk, from) => {
              seen();
              if (!this.#isDead) options.onChunk?.(chunk, from);
            },
          }),
        }),
      ),
    ask: (node, script, timeout) => this.#count(`ask ${node.name}`, () => remote.ask(node, script, timeout)),
    shell: (node) => remote.shell(node),
    close: () => remote.close(),
  });
}
