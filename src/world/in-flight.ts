// The calls under way that change something at EC2, and what they have made: Ctrl-C lets them end, and tells of it.
import type { InstanceId } from '../pool/instance.ts';
import type { Cloud } from './world.ts';

type Call = (...values: unknown[]) => Promise<unknown>;

/** What is asked only is let go of: nothing comes of it. */
const CHANGES: readonly string[] = [
  ...['launch', 'terminate', 'openGroup', 'changeGroup', 'deleteGroup', 'makeBucket', 'putObject'],
  ...['allocateAddress', 'associate', 'disassociate', 'release', 'tag', 'untag'],
];

export class InFlight {
  readonly #calls = new Set<Promise<unknown>>();
  /** Launched by this command, also what EC2 does not tell of yet. */
  readonly launched = new Set<InstanceId>();

  /** The same cloud, watched. */
  watch(cloud: Cloud): Cloud {
    const get = (_: Cloud, name: string) => {
      const verb = cloud[name as keyof Cloud] as Call | undefined;
      // A promise asks whatever it is given whether it is one, too.
      if (typeof verb !== 'function') return verb;
      if (!CHANGES.includes(name)) return verb.bind(cloud);
      return (...values: unknown[]) => this.#follow(name, verb.apply(cloud, values));
    };
    return new Proxy<Cloud>(cloud, { get });
  }

  async #follow(name: string, call: Promise<unknown>): Promise<unknown> {
    this.#calls.add(call);
    try {
      const answer = await call;
      if (name === 'launch')
        for (const { id } of answer as Awaited<ReturnType<Cloud['launch']>>) this.launched.add(id);
      return answer;
    } finally {
      this.#calls.delete(call);
    }
  }

  /** Resolves when all that are under way now have ended, well or not. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#calls);
  }
}
