// What a maintainer has to do now: heal the pool, bring every node to what it should be, grow and shrink.

import { type Policy, policyOf } from '../auto-scaling/policy.ts';
import { mayAct, mayLaunch } from '../fail-safety/mastership.ts';
import type { InstanceId } from '../pool/instance.ts';
import type { Settings } from '../pool/settings.ts';
import type { Act, Remembered, Sight } from '../pool/sight.ts';
import type { Vitals } from '../pool/vitals.ts';
import { bring } from './bring.ts';
import { govern, type Verdict } from './govern.ts';
import { handOver } from './hand-over.ts';
import { nameOf, type Plan, type Step } from './plan.ts';
import { alive, once, type Seen, staying } from './seen.ts';
import { type Known, type Ours, sightOf } from './sighting.ts';
import { spread } from './spread.ts';
import { giveAddress } from './start.ts';

export { type Policy, policyOf };

/** One look of a maintainer. Times in ms on a clock that never runs backwards. */
export interface Tick {
  readonly seen: Seen;
  readonly now: number;
  /** When EC2 was asked for what is seen. */
  readonly lookedAt: number;
  /** The node that maintains itself and its pool; undefined for a maintainer outside. */
  readonly me: InstanceId | undefined;
  /** Since when all looks have shown that `me` holds the address. */
  readonly heldSince: number | undefined;
  readonly policy: Policy;
  readonly remembered: Remembered;
  readonly vitals: Vitals;
  /** Those that EC2's own checks do not reach. */
  readonly impaired: ReadonlySet<InstanceId>;
  readonly known: Known;
  readonly ours: Ours;
  /** Names of the steps that have begun and not ended. */
  readonly underWay: ReadonlySet<string>;
}

/** A node maintains while it holds the address, and stands down when it does not; whoever is outside always may. */
export const isInOffice = ({ seen, me }: Pick<Tick, 'seen' | 'me'>): boolean =>
  me === undefined || seen.pool.address?.holder === me;

/** May a changing step of this tick still begin? */
export const mayBegin = (tick: Tick, now: number): boolean =>
  tick.me === undefined || (isInOffice(tick) && mayAct(tick.lookedAt, now));

/** While there is work under way EC2 is looked at this often, in ms. */
const BUSY_PAUSE = 500;

/** Machines of the pool that boot: launched and not yet seen, or seen and not yet running. */
const boots = ({ pool, unseen, progress }: Seen): boolean =>
  unseen > 0 || pool.nodes.some(({ id, state }) => state === 'pending' && !progress.has(id));

/** Until the next look, in ms: who boots is met when it runs, and need not wait for the tick. */
export const pauseAfter = (seen: Seen, busy: boolean, { polling_time }: Settings): number =>
  busy || boots(seen) ? Math.min(BUSY_PAUSE, polling_time) : polling_time;

type Zoned = Extract<Step, { do: 'launch' }>;

const zoned = (seen: Seen, count: number, because: string): readonly Zoned[] =>
  spread(count, seen.zones, staying(seen)).map((part) => ({ do: 'launch', ...part, because }));

/** The step for one act; none where its node is gone, or where there is nothing to launch into. */
function stepsFor(seen: Seen, act: Act): Plan {
  const { because } = act;
  if (act.do === 'launch')
    return seen.groupId === undefined || seen.lacksBucket ? [] : zoned(seen, act.count, because);
  if (act.do === 'protect') return [{ do: 'protect', nodes: alive(seen), because }];
  const node = seen.pool.nodes.find(({ id }) => id === act.id);
  if (node === undefined) return [];
  if (act.do === 'leave') return [{ do: 'leave', node, because }];
  if (act.do === 'terminate') return [{ do: 'terminate', nodes: [node], because }];
  return zoned(seen, 1, because).map(({ subnetId, zone }) => ({
    do: 'replace',
    node,
    subnetId,
    zone,
    because,
  }));
}

/** What a tick comes to: the steps, what they were decided from, and what the next tick is to know. */
export interface Decision {
  readonly plan: Plan;
  readonly sight: Sight;
  readonly verdict: Verdict;
}

/** The looks of a maintainer on a node that has just become master are too young to launch or end anything. */
const mayResize = ({ me, heldSince, now }: Tick): boolean => me === undefined || mayLaunch(heldSince, now);

/** Figures of some ticks ago are old, ms; on a busy machine a tick may be late. */
const freshFor = ({ polling_time }: Settings): number => Math.max(15_000, 3 * polling_time);

const NOTHING: Plan = [];

const broughtNext = once((seen) => bring(seen, { patient: false, awaits: false }));

/**
 * The steps of one tick: first what keeps the pool at its size and well, then every node to its configuration, then
 * growing and shrinking by the rules; the first with work has the tick, and a step under way is not work. While the
 * pool stops nobody changes anything. Nodes claim the address among themselves: only a maintainer outside gives it away.
 */
export function maintain(tick: Tick, settings: Settings): Decision {
  const { seen, me, underWay } = tick;
  const brings = [...(me === undefined ? giveAddress(seen, settings) : []), ...broughtNext(seen)];
  const hasWork = brings.some((step) => !underWay.has(nameOf(step)));
  const sight = sightOf({
    ...tick,
    at: tick.now,
    freshFor: freshFor(settings),
    mayResize: mayResize(tick),
    hasWork,
  });
  const verdict = govern(sight, tick.policy, tick.remembered);
  const acts = verdict.acts.flatMap((act) => stepsFor(seen, act));
  const mustRest = seen.pool.address?.stopping || !isInOffice(tick);
  const first = [...handOver(sight, seen), ...acts];
  const plan = first.length > 0 && hasWork ? first : [...brings, ...first];
  return { plan: mustRest ? NOTHING : plan, sight, verdict };
}
