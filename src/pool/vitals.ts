// What a maintainer knows of each node from asking it again and again: does it answer, and what did it say last.
import { isUp } from './haproxy-stat.ts';
import type { InstanceId } from './instance.ts';
import type { Probe } from './probe.ts';

/** One node. Times in ms on a clock that never runs backwards. */
export interface NodeVitals {
  /** How often in a row it has not answered; 0: it answered when it was last asked. */
  readonly misses: number;
  /** When it was last heard, or asked in vain where it never was: `probe` is as old as this. */
  readonly at: number;
  /** Its last answer, which stays while it is silent: how old it may be is for whoever decides to say. */
  readonly probe: Probe | undefined;
  /** Requests per second for the app at its HAProxy, between its last two answers. */
  readonly web: number | undefined;
  /** The servers that its HAProxy found down at each of its last answers, without a silence between: since which. */
  readonly downSince: ReadonlyMap<InstanceId, number>;
}

/** Nodes that were asked at least once and are still there. */
export type Vitals = ReadonlyMap<InstanceId, NodeVitals>;

/** A count that runs backwards began anew in between: HAProxy was started or reloaded. */
function rate(before: NodeVitals | undefined, requests: number | undefined, at: number): number | undefined {
  const former = before?.probe?.requests;
  if (before === undefined || former === undefined || requests === undefined) return undefined;
  if (requests < former || at <= before.at) return undefined;
  return (requests - former) / ((at - before.at) / 1_000);
}

function down(
  before: NodeVitals | undefined,
  { servers }: Probe,
  at: number,
): ReadonlyMap<InstanceId, number> {
  const former = before?.misses === 0 ? before.downSince : undefined;
  return new Map(servers.filter((one) => !isUp(one)).map(({ id }) => [id, former?.get(id) ?? at]));
}

/** After a question; `answer` is undefined where the node did not answer, `at` is when that was known. */
export function vitalsAfter(
  before: NodeVitals | undefined,
  answer: Probe | undefined,
  at: number,
): NodeVitals {
  if (answer !== undefined) {
    const web = rate(before, answer.requests, at);
    return { misses: 0, at, probe: answer, web, downSince: down(before, answer, at) };
  }
  if (before === undefined) return { misses: 1, at, probe: undefined, web: undefined, downSince: new Map() };
  return { ...before, misses: before.misses + 1, at: before.probe === undefined ? at : before.at };
}
