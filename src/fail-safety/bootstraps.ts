// Newcomers that never come to serve: they are replaced, ever more slowly, and after ten in a row nothing is launched.
import { type Act, lives, type NodeSight, type Remembered, type Sight } from '../pool/sight.ts';

/** Bootstraps that fail in a row before launching stops: then it is no accident. */
const MOST_FAILURES = 10;
/** How often a newcomer is configured before it is given up. */
const MOST_FALLS = 3;
/** After the first failed bootstrap the next launch waits this long, then twice as long each time; ms. */
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 300_000;

const isOut = (node: NodeSight): boolean => node.standing === 'failed' || node.standing === 'ill';

/** A newcomer that could not be brought up in several tries; one that served before is not a newcomer. */
export const isHopeless = (node: NodeSight): boolean =>
  lives(node) && !node.served && isOut(node) && node.falls >= MOST_FALLS && node.leaving === undefined;

type Bootstraps = Pick<Remembered, 'failures' | 'failedAt' | 'booting' | 'wasProtected'>;

/** Newcomers that are still to be waited for. */
const isComing = (node: NodeSight): boolean =>
  lives(node) && !node.served && node.leaving === undefined && !isHopeless(node);

/** What became of those that were on their way at the last look. */
interface Came {
  /** They are gone by no act of ours. */
  readonly lost: number;
  readonly hasServed: boolean;
}

function cameOf({ nodes }: Sight, { booting }: Remembered): Came {
  if (booting.length === 0) return { lost: 0, hasServed: false };
  const awaited = new Set(booting);
  const there = nodes.filter(({ id }) => awaited.has(id));
  const left = there.filter((node) => lives(node) || node.leaving !== undefined);
  return { lost: awaited.size - left.length, hasServed: there.some(({ served }) => served) };
}

/** The count of failed bootstraps that this look shows. */
export function countBootstraps(sight: Sight, before: Remembered): Bootstraps {
  const { lost, hasServed } = cameOf(sight, before);
  const wasResumed = before.wasProtected && !sight.isProtected;
  const started = hasServed || wasResumed ? 0 : before.failures;
  return {
    failures: started + lost,
    failedAt: lost > 0 ? sight.at : before.failedAt,
    booting: sight.nodes.filter(isComing).map(({ id }) => id),
    wasProtected: sight.isProtected,
  };
}

/** The same count once hopeless newcomers have been ended: each of these is a bootstrap that failed. */
export function countGivenUp(
  { failures, failedAt }: Pick<Remembered, 'failures' | 'failedAt'>,
  acts: readonly Act[],
  { at, nodes }: Sight,
): Pick<Remembered, 'failures' | 'failedAt'> {
  const ended = acts.flatMap((act) => (act.do === 'terminate' ? [act.id] : []));
  const count =
    ended.length === 0 ? 0 : nodes.filter((node) => isHopeless(node) && ended.includes(node.id)).length;
  return count === 0 ? { failures, failedAt } : { failures: failures + count, failedAt: at };
}

export const isTooMany = ({ failures }: Pick<Remembered, 'failures'>): boolean => failures >= MOST_FAILURES;

/** How long until the next launch, in ms; 0: now. */
export function pauseLeft(
  { failures, failedAt }: Pick<Remembered, 'failures' | 'failedAt'>,
  at: number,
): number {
  if (failures === 0) return 0;
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1));
  return Math.max(0, failedAt + pause - at);
}
