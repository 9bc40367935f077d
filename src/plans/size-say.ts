// What the kinds of work on a pool's size have in common: the look they go by, what they may say, and a launch.
import type { Means } from '../auto-scaling/means.ts';
import type { Policy } from '../auto-scaling/policy.ts';
import { seconds } from '../auto-scaling/words.ts';
import { pauseLeft } from '../fail-safety/bootstraps.ts';
import { type Act, lives, type Remembered, type Sight } from '../pool/sight.ts';

/** A decision of one kind; a reason without acts is a refusal; undefined: this kind has nothing to say. */
export interface Say {
  readonly acts: readonly Act[];
  readonly because: string;
}

export interface Look {
  readonly sight: Sight;
  readonly policy: Policy;
  readonly before: Remembered;
  readonly now: Remembered;
  readonly means: Means;
}

export const refuse = (because: string): Say => ({ acts: [], because });
export const say = (...acts: readonly Act[]): Say => ({
  acts,
  because: acts.map((act) => act.because).join('; '),
});

export const aliveIn = ({ nodes, unseen }: Sight): number => nodes.filter(lives).length + unseen;

/** Those that stay: who leaves is no longer counted on, but still counts against the maximum. */
export const stayingIn = ({ nodes, unseen }: Sight): number =>
  nodes.filter((node) => lives(node) && node.leaving === undefined).length + unseen;

/** Launches at most what the maximum leaves room for, and not while bootstraps fail. */
export function launch({ sight, policy, now }: Look, wanted: number, because: string): Say {
  if (sight.isProtected)
    return refuse(
      `${because}, but launching is stopped after ${now.failures || 'too many'} failed bootstraps; pool resume`,
    );
  const pause = pauseLeft(now, sight.at);
  if (pause > 0)
    return refuse(`${because}, but the last bootstrap failed; the next is tried in ${seconds(pause)}`);
  const count = Math.min(wanted, policy.maximum - aliveIn(sight));
  return count > 0
    ? say({ do: 'launch', count, because })
    : refuse(`${because}, but maximum_instances is ${policy.maximum}`);
}
