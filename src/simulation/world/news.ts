// What a simulated maintainer says while it works, as lines of a story.
import { describeStep } from '../../plans/plan.ts';
import { PoolError } from '../../pool/failure.ts';
import type { MaintainNews } from '../../world/maintain/run.ts';
import type { Court } from './court.ts';

/** The same line is not told twice in a row. */
export function newsTo(tell: (line: string) => void, court: Court): MaintainNews {
  let last = '';
  const once = (line: string): void => {
    if (line !== last) tell(line);
    last = line;
  };
  return {
    begins: (step) => once(describeStep(step)),
    failed: (error) => {
      once(error instanceof Error ? error.message : String(error));
      if (!(error instanceof PoolError))
        court.breaks(`the maintainer itself fails: ${error instanceof Error ? error.stack : error}`);
    },
    fell: (_node, why) => once(why),
    configured: () => undefined,
    note: () => undefined,
    ticked: () => undefined,
    launching: () => undefined,
    looked: () => undefined,
    stage: () => undefined,
  };
}
