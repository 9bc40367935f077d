// One tick's decision about the size and health of a pool: heal, replace, end, expand, contract; the first with work wins.
import { heldSince } from '../auto-scaling/holding.ts';
import { type Means, means } from '../auto-scaling/means.ts';
import type { Policy } from '../auto-scaling/policy.ts';
import { measured } from '../auto-scaling/words.ts';
import { countBootstraps, countGivenUp } from '../fail-safety/bootstraps.ts';
import type { Act, Remembered, Sight } from '../pool/sight.ts';
import {
  endLeaving,
  endStopped,
  giveUp,
  heal,
  heedNotice,
  protect,
  replaceIll,
  replaceSilent,
} from './keep-well.ts';
import { configureFirst, contract, expand, obeyMaximum } from './resize.ts';
import { type Look, refuse, type Say, stayingIn } from './size-say.ts';

/** What a tick comes to: what is done, why (also why nothing is), and what the next tick is to know. */
export interface Verdict {
  readonly acts: readonly Act[];
  readonly because: string;
  readonly remembered: Remembered;
}

/** In order of urgency (design.md, One tick). A refusal is kept for the story, and the next kind has its say. */
const KINDS: readonly ((look: Look) => Say | undefined)[] = [
  protect,
  heal,
  endStopped,
  endLeaving,
  heedNotice,
  replaceSilent,
  replaceIll,
  giveUp,
  obeyMaximum,
  configureFirst,
  expand,
  contract,
];

/** A new master configures at once, but launches and ends nothing in its first seconds. */
const decide = (look: Look): Say => {
  const refusals: string[] = [];
  for (const kind of KINDS) {
    const said = kind(look);
    if (said === undefined) continue;
    if (said.acts.length > 0) return said;
    refusals.push(said.because);
  }
  const [first] = refusals;
  return refuse(first ?? `neither rule holds (${measured(look.policy.comparisons, look.means.values)})`);
};

/** One that ends has left before, and was counted then: its drain must not lengthen the rest. */
const changesSize = (act: Act, { nodes }: Sight): boolean => {
  if (act.do === 'protect') return false;
  return act.do !== 'terminate' || nodes.find(({ id }) => id === act.id)?.leaving === undefined;
};

/** The replacements of the last minutes; older ones matter to nobody. */
const replacements = (before: Remembered, acts: readonly Act[], at: number): readonly number[] => {
  const fresh = acts.filter((act) => act.do === 'replace').map(() => at);
  return fresh.length === 0 && before.replacedAt.length === 0
    ? before.replacedAt
    : [...before.replacedAt, ...fresh].slice(-20);
};

/** What the next look is compared with. */
const lastOf = ({ values, serving }: Means): Pick<Remembered, 'load' | 'queue' | 'serving'> => ({
  load: values.get('load'),
  queue: values.get('queue'),
  serving,
});

/** Decides about one look; pure: the same sight, policy and memory give the same verdict. */
export function govern(sight: Sight, policy: Policy, before: Remembered): Verdict {
  const { at } = sight;
  const figures = means(sight, policy);
  const since = heldSince(policy, figures.values, at, before.heldSince, before.lookedAt);
  const now: Remembered = {
    ...before,
    ...countBootstraps(sight, before),
    lookedAt: at,
    heldSince: since,
    ...lastOf(figures),
  };
  const look = { sight, policy, before, now, means: figures };
  const said = sight.mayResize
    ? decide(look)
    : refuse('a new master launches and ends nothing in its first 10 s');
  const changedAt = said.acts.some((act) => changesSize(act, sight)) ? at : before.changedAt;
  const because = said.acts.length > 0 ? said.because : `holding at ${stayingIn(sight)}: ${said.because}`;
  return {
    acts: said.acts,
    because,
    remembered: {
      ...now,
      ...countGivenUp(now, said.acts, sight),
      changedAt,
      replacedAt: replacements(before, said.acts, at),
    },
  };
}
