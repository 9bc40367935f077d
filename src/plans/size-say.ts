// What the kinds of work on a pool's size have in common: the look they go by, what they may say, and a launch.
import type { Means } from '../auto-scaling/means.ts';
import type { Policy } from '../auto-scaling/policy.ts';
import { seconds } from '../auto-scaling/words.ts';
import { pauseLeft } from '../fail-safety/bootstraps.ts';
import { affordable, type Budget, fits, sumUsd, usd, whyNot } from '../pool/afford.ts';
import { type Act, lives, type NodeSight, type Remembered, type Sight } from '../pool/sight.ts';

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

/** What `max_hourly_usd` is compared with: all that cost money, those launched just now included. */
function budgetOf({ nodes, unseen, eachUsd }: Sight, { maxUsd }: Policy): Budget {
  const coming = Array.from({ length: unseen }, () => eachUsd);
  const spent = sumUsd([...nodes.filter(lives).map((node) => node.usd), ...coming]);
  return { limit: maxUsd, spent, each: eachUsd };
}

/** Launches at most what the maximum and the price limit leave room for, and not while bootstraps fail. */
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
    ? launchWithin(budgetOf(sight, policy), count, because)
    : refuse(`${because}, but maximum_instances is ${policy.maximum}`);
}

function launchWithin(budget: Budget, wanted: number, because: string): Say {
  const count = Math.min(wanted, affordable(budget));
  if (count <= 0) return refuse(`${because}, but ${whyNot(budget)}`);
  const limit = count < wanted ? `; max_hourly_usd ${usd(budget.limit ?? 0)} leaves room for no more` : '';
  return say({ do: 'launch', count, because: `${because}${limit}` });
}

/** Ends these and launches one for each, as far as the price limit allows: a launch is a launch. */
export function replaceEach(
  { sight, policy }: Look,
  victims: readonly (NodeSight & { because: string })[],
): Say {
  const { limit, spent, each } = budgetOf(sight, policy);
  let after = spent;
  const acts: Act[] = [];
  for (const { id, usd: freed, because } of victims) {
    const next = sumUsd([after, each, freed === undefined ? undefined : -freed]);
    if (!fits(next, limit)) break;
    after = next;
    acts.push({ do: 'replace', id, because });
  }
  const [first] = victims;
  if (acts.length > 0 || first === undefined) return say(...acts);
  return refuse(`${first.because}, but ${whyNotReplace({ limit, spent, each }, first)}`);
}

const whyNotReplace = (budget: Budget, { usd: freed }: NodeSight): string =>
  whyNot({ ...budget, spent: sumUsd([budget.spent, freed === undefined ? undefined : -freed]) });
