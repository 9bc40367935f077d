// Pools as the decider of their size sees them: a few words for each node, everything else as a healthy one has it.
import { type Policy, policyOf } from '../../../src/auto-scaling/policy.ts';
import { govern, type Verdict } from '../../../src/plans/govern.ts';
import type { Settings } from '../../../src/pool/settings.ts';
import { type NodeSight, type Remembered, type Sight, unremembered } from '../../../src/pool/sight.ts';
import { settings } from './ground.ts';

export const MINUTE = 60_000;
/** Long after the pool was begun, so that nobody warms up or rests unless a test says so. */
export const NOW = 100 * MINUTE;

export const policy = (over: Partial<Settings> = {}): Policy => policyOf(settings(over));

/** Node N with this load average; one vCPU. */
export const node = (index: number, load?: number, over: Partial<NodeSight> = {}): NodeSight => ({
  id: `i-${index}`,
  name: `node${index}`,
  isMaster: index === 0,
  state: 'running',
  launchedAt: index * MINUTE,
  zone: 'us-east-1a',
  standing: 'serving',
  servesSince: 0,
  outSince: undefined,
  served: true,
  falls: 0,
  misses: 0,
  isMissed: false,
  isImpaired: false,
  figures: load === undefined ? undefined : { load, cpus: 1, memory: 0.5 },
  leaving: undefined,
  isServer: true,
  notice: undefined,
  usd: undefined,
  ...over,
});

export const booting = (index: number, over: Partial<NodeSight> = {}): NodeSight =>
  node(index, undefined, {
    standing: 'booting',
    servesSince: undefined,
    served: false,
    isServer: false,
    ...over,
  });

export const sight = (nodes: readonly NodeSight[], over: Partial<Sight> = {}): Sight => ({
  at: NOW,
  nodes,
  unseen: 0,
  queue: 0,
  web: 0,
  mayResize: true,
  hasWork: false,
  isProtected: false,
  eachUsd: undefined,
  ...over,
});

/** As a maintainer remembers that has seen the same at every tick for an hour. */
export function after(seen: Sight, by: Policy, over: Partial<Remembered> = {}): Remembered {
  const began = { ...unremembered(0), lookedAt: seen.at - MINUTE / 12, ...over };
  const first = govern({ ...seen, at: seen.at - 1 }, by, { ...began, lookedAt: undefined });
  const heldSince = first.remembered.heldSince.map((since) =>
    since === null ? null : seen.at - 60 * MINUTE,
  );
  return { ...began, heldSince, booting: first.remembered.booting };
}

/** What is decided when it has been so for an hour. */
export const settled = (seen: Sight, by: Policy, over: Partial<Remembered> = {}): Verdict =>
  govern(seen, by, after(seen, by, over));

/** `launch 2`, `leave i-3`. */
export const told = ({ acts }: Verdict): readonly string[] =>
  acts.map((act) => {
    if (act.do === 'launch') return `launch ${act.count}`;
    return act.do === 'protect' ? act.do : `${act.do} ${act.id}`;
  });
