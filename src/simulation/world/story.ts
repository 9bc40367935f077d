// A failing seed as a story: the fewest faults that it needs, what happened before the end, and how to see it again.
import { type Fault, tellFault } from './faults.ts';
import { type Outcome, type Run, simulate } from './simulate.ts';

/** So many events before the violation are told. */
const TOLD = 30;

/** Leaves out one fault after the other, as long as an invariant still breaks. */
async function fewest(run: Run, faults: readonly Fault[]): Promise<readonly Fault[]> {
  let needed = faults;
  for (const fault of faults) {
    const without = needed.filter((one) => one !== fault);
    const { violation } = await simulate({ ...run, faults: without });
    if (violation !== undefined) needed = without;
  }
  return needed;
}

const numbered = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

/** The story of a seed that fails, as lines; takes as many runs as the seed has faults. */
export async function story(run: Run): Promise<readonly string[]> {
  const whole = await simulate(run);
  const faults = await fewest(run, whole.faults);
  const { violation, story: told }: Outcome = await simulate({ ...run, faults, tells: true });
  return [
    `seed ${run.seed}: ${whole.violation}`,
    ...(violation === whole.violation ? [] : [`with fewer faults: ${violation}`]),
    `needs ${faults.length} of its ${whole.faults.length} faults:`,
    ...numbered(faults.map(tellFault)),
    'the last events:',
    ...numbered(told.slice(-TOLD)),
    `again: npm run test:simulation -- --seeds 1 --first-seed ${run.seed} --ticks ${run.ticks}`,
  ];
}
