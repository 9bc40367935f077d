// How many nodes would carry what a comparison of `expand_when` complains of.

import type { Comparison } from '../pool/rules.ts';
import type { Remembered, Sight } from '../pool/sight.ts';
import { operand } from './holding.ts';
import type { Means } from './means.ts';
import type { Policy } from './policy.ts';

interface Look {
  readonly sight: Sight;
  readonly means: Means;
  readonly policy: Policy;
  readonly before: Remembered;
  /** Nodes that will serve, those that boot or warm up not among them. */
  readonly ripe: number;
}

/** Floating point must not make one node more out of an exact fit. */
const EPSILON = 1e-9;
/** Who is to work off what waits needs some room beside what comes. */
const ROOM = 1.1;

/** Averages over the last minute: they follow what runs with a delay, upwards and downwards. */
export const isAverage = (metric: string): boolean => metric === 'load' || metric === 'cpu';

/**
 * While requests wait everybody is busy, and what is done is what comes less what the queue grows by: so much did
 * those do that served since the last look, and so many of them would keep up. Undefined where nothing waits, or
 * where it is not known.
 */
function keepingUp({ sight: { at, queue, web }, before }: Look): number | undefined {
  const waited = before.queue;
  const seconds = (at - (before.lookedAt ?? at)) / 1_000;
  if (!queue || !web || waited === undefined || seconds <= 0) return undefined;
  const done = web - (queue - waited) / seconds;
  return done > 0 ? Math.ceil((before.serving * web * ROOM) / done - EPSILON) : undefined;
}

/**
 * A load above 1 per vCPU tells that work waits on the nodes, and not how much more of it comes: where requests are
 * counted and none waits for a node, it counts as 1.
 */
function believed({ metric }: Comparison, { sight: { queue, web }, means: { values } }: Look): number {
  const value = values.get(metric) ?? 0;
  return isAverage(metric) && queue === 0 && web ? value / Math.max(1, values.get('load') ?? 0) : value;
}

/**
 * `n × value / threshold` brings a mean over n nodes back to its threshold (as AWS's target tracking and Kubernetes'
 * autoscaler have it). While requests wait, those that would keep up; where that is not known, for a queue what
 * waits over what one node takes at once.
 */
export function wanted(cause: Comparison, look: Look): number {
  const { means, policy, ripe } = look;
  const oneMore = ripe + 1;
  if (cause.is === '<' || cause.is === '<=' || cause.is === '==') return oneMore;
  const threshold = operand(cause, means.values) ?? 0;
  const isQueue = cause.metric === 'queue';
  const enough = isQueue || isAverage(cause.metric) ? keepingUp(look) : undefined;
  if (enough !== undefined) return enough;
  const value = believed(cause, look);
  if (isQueue) return ripe + Math.max(1, Math.ceil((value - threshold) / policy.maxConnections));
  return threshold > 0 ? Math.max(oneMore, Math.ceil((means.warm * value) / threshold - EPSILON)) : oneMore;
}
