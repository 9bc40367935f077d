// What a decision about the size of a pool costs, by the number of its nodes; prints one document, in ms.
import { policyOf } from '../../src/auto-scaling/policy.ts';
import { govern } from '../../src/plans/govern.ts';
import { defaultsIn } from '../../src/pool/settings-defaults.ts';
import { type NodeSight, type Remembered, type Sight, unremembered } from '../../src/pool/sight.ts';

const ROUNDS = 51;
const HOUR = 3_600_000;
const policy = policyOf({ ...defaultsIn('/bench'), minimum_instances: 2, maximum_instances: 20_000 });

const node = (index: number, over: Partial<NodeSight>): NodeSight => ({
  id: `i-${index.toString(16).padStart(17, '0')}`,
  name: `node${index}`,
  isMaster: index === 0,
  state: 'running',
  launchedAt: index,
  zone: 'us-east-1a',
  standing: 'serving',
  servesSince: 0,
  outSince: undefined,
  served: true,
  falls: 0,
  misses: 0,
  isMissed: false,
  isImpaired: false,
  figures: { load: 0.5, cpus: 1, memory: 0.5 },
  leaving: undefined,
  isServer: true,
  notice: undefined,
  usd: 0.0208,
  ...over,
});

const sight = (count: number, over: (index: number) => Partial<NodeSight>): Sight => ({
  at: HOUR,
  nodes: Array.from({ length: count }, (_, index) => node(index, over(index))),
  unseen: 0,
  queue: 0,
  web: 0,
  mayResize: true,
  hasWork: false,
  isProtected: false,
  eachUsd: 0.0208,
});

/** One that grows, one that shrinks, one of which every tenth node is silent, one whose nodes all boot. */
const pools: readonly ((index: number) => Partial<NodeSight>)[] = [
  () => ({ figures: { load: 2, cpus: 1, memory: 0.5 } }),
  () => ({ figures: { load: 0.1, cpus: 1, memory: 0.5 } }),
  (index) => (index % 10 === 9 ? { misses: 5, isMissed: true } : {}),
  () => ({ standing: 'booting', served: false, servesSince: undefined, figures: undefined }),
];

/** The median of decisions about the same sight, all rules having held for long. */
function cost(seen: Sight): number {
  const first = govern({ ...seen, at: 1 }, policy, unremembered(0)).remembered;
  const before: Remembered = { ...first, lookedAt: HOUR - 5_000 };
  const all = Array.from({ length: ROUNDS }, () => {
    const began = performance.now();
    govern(seen, policy, before);
    return performance.now() - began;
  });
  return all.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
}

/** The dearest of the four. */
const dearest = (count: number): number => Math.max(...pools.map((over) => cost(sight(count, over))));

dearest(1_000);
console.log(JSON.stringify({ hundred: dearest(100), tenThousand: dearest(10_000) }));
