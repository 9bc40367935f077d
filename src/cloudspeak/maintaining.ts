// What a maintainer says while it works: a line for each step, with its reason.
import { describeStep } from '../plans/plan.ts';
import { someOf } from '../pool/some-of.ts';
import type { MaintainNews } from '../world/maintain/run.ts';
import type { Terminal } from '../world/world.ts';
import { failureLines } from './failure-lines.ts';

/** A newcomer gets two dozen files: their names would fill the journal. */
const MOST_NAMED = 4;

/** The same line is not said twice in a row: a step may be asked for again and again. */
export function maintainNews(terminal: Terminal): MaintainNews {
  let last = '';
  const once = (line: string, tell: (text: string) => void) => {
    if (line !== last) tell(line);
    last = line;
  };
  return {
    begins: (step) => once(describeStep(step), (text) => terminal.say(text)),
    failed: (error) =>
      once(error instanceof Error ? error.message : String(error), (text) => terminal.warn(text)),
    fell(node, why, details) {
      const [first, ...lines] = failureLines({ node, why, details });
      once(first, (text) => terminal.warn(text));
      for (const line of lines) terminal.warn(line);
    },
    configured(node, changed) {
      if (changed.length > 0) terminal.say(`${node.name}: changed ${someOf(changed, MOST_NAMED)}`);
    },
    note: (node, text) => terminal.warn(`${node.name}: ${text}`),
    ticked: () => undefined,
    launching: () => undefined,
    looked: () => undefined,
    stage: () => undefined,
  };
}
