// Runs the seeds that it is given by its parent, one after the other.
import { simulate } from './simulate.ts';
import { story } from './story.ts';

interface Given {
  readonly seed: number;
  readonly ticks: number;
  /** Is the story of a failure wanted? */
  readonly story: boolean;
}

/** What became of one seed. */
export interface Told {
  readonly seed: number;
  readonly violation: string | undefined;
  readonly looks: number;
  readonly story: readonly string[];
}

process.on('message', async ({ seed, ticks, story: isWanted }: Given) => {
  const { violation, looks } = await simulate({ seed, ticks });
  const lines = violation !== undefined && isWanted ? await story({ seed, ticks }) : [];
  process.send?.({ seed, violation, looks, story: lines } satisfies Told);
});
