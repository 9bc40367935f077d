// What would be done next, by whom: by a start where the pool does not stand, else in the next tick of its maintainer.
import type { Settings } from '../pool/settings.ts';
import type { Decision } from './maintain.ts';
import { nameOf, type Plan } from './plan.ts';
import type { Preview } from './preview.ts';
import { type Seen, staying } from './seen.ts';
import { start } from './start.ts';

/** What a start would do first. What it would make is thought to be there, so that the launches are shown, too. */
export function firstSteps(seen: Seen, settings: Settings): Plan {
  const made = start(seen, settings).filter(
    ({ do: word }) => word === 'make-group' || word === 'make-bucket',
  );
  const thought = { ...seen, groupId: seen.groupId ?? 'new', lacksBucket: false };
  return [...made, ...start(thought, settings)];
}

/** A maintainer makes none of these: a start does. */
const MADE = ['make-group', 'open-group', 'close-group', 'make-bucket', 'make-address', 'permit'];

const same = (one: Plan, other: Plan): boolean =>
  JSON.stringify(one.map(nameOf).sort()) === JSON.stringify(other.map(nameOf).sort());

export interface Foreseen {
  readonly plan: Plan;
  readonly by: Preview['by'];
  readonly because: string;
}

/** A tick whose steps a start would take as well is a start's: `pool start --plan` may carry it out. */
export function foresee(seen: Seen, { plan, verdict }: Decision, settings: Settings): Foreseen {
  const first = firstSteps(seen, settings);
  if (staying(seen).length === 0) return { plan: first, by: 'start', because: 'Cloud is not running' };
  const made = first.find(({ do: word }) => MADE.includes(word));
  if (made) return { plan: first, by: 'start', because: made.because };
  return { plan, by: same(plan, first) ? 'start' : 'maintain', because: verdict.because };
}
