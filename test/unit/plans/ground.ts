// Pools as the deciders see them: built from a few words, with every node's state as a real run would leave it.
import { stateAfter, UNTOUCHED } from '../../../src/plans/node-state.ts';
import type { Plan, Step } from '../../../src/plans/plan.ts';
import type { Progress, Seen } from '../../../src/plans/seen.ts';
import { configurationIn } from '../../../src/plans/wants.ts';
import type { Instance, Node } from '../../../src/pool/instance.ts';
import { type Address, poolOf } from '../../../src/pool/pool.ts';
import type { Settings } from '../../../src/pool/settings.ts';
import { defaultsIn } from '../../../src/pool/settings-defaults.ts';
import { app, kit } from '../built-in.ts';

export const settings = (over: Partial<Settings> = {}): Settings => ({
  ...defaultsIn('/party'),
  name: 'web',
  app: app(),
  ...over,
});

export const instance = (id: string, over: Partial<Instance> = {}): Instance => ({
  id,
  state: 'running',
  launchedAt: new Date(1_000),
  type: 't3.small',
  zone: 'us-east-1a',
  privateIp: `10.0.0.${id.replace(/\D/g, '').slice(-2)}`,
  publicIp: '198.18.0.1',
  publicDns: undefined,
  tags: {},
  ...over,
});

export const address = (holder?: string): Address => ({
  ip: '198.18.0.9',
  allocationId: 'eipalloc-1',
  associationId: holder && 'eipassoc-1',
  holder,
  ours: true,
  stopping: false,
});

interface Sketch {
  readonly instances?: readonly Instance[];
  readonly at?: Address;
  /** Nodes that are what they should be, each with the servers of its HAProxy, all of them up. */
  readonly serving?: Readonly<Record<string, readonly string[]>>;
}

const told = (id: string): Progress['state'] => ({ ...UNTOUCHED, host: `host-${id}`, device: 'ens5' });

/** After a step `configure` of this run. */
export function configured(
  seen: Seen,
  node: Node,
  members: readonly Node[],
  up: readonly string[],
): Progress {
  const { secret } = seen.kit;
  const said = { ...told(node.id), healthy: true };
  const state = stateAfter(configurationIn(seen, node, members), said, secret);
  return { stage: 'configured', members: members.map(({ id }) => id), up, state };
}

/** Twice, since what one node should be depends on what the others have said. */
export function seenOf(over: Partial<Seen> & Sketch = {}, of: Settings = settings()): Seen {
  const { instances = [], at, serving = {}, ...rest } = over;
  const bare: Seen = {
    pool: poolOf({ name: 'web', instances, address: at }),
    kit: kit(of),
    groupId: 'sg-1',
    zones: [
      { subnetId: 'subnet-a', zone: 'us-east-1a' },
      { subnetId: 'subnet-b', zone: 'us-east-1b' },
    ],
    lacksBucket: false,
    unseen: 0,
    progress: new Map(),
    served: false,
    ...rest,
  };
  const serve = (seen: Seen): Seen => {
    const fill = (node: Node): readonly (readonly [string, Progress])[] => {
      const ids = serving[node.id];
      const members = seen.pool.nodes.filter(({ id }) => ids?.includes(id));
      return ids ? [[node.id, configured(seen, node, members, ids)]] : [];
    };
    return { ...seen, progress: new Map([...seen.pool.nodes.flatMap(fill), ...bare.progress]) };
  };
  return serve(serve(bare));
}

/** `launch`, or `configure i-1`. */
export const words = (plan: Plan): string[] =>
  plan.map((step: Step) => ('node' in step ? `${step.do} ${step.node.id}` : step.do));

export const fresh = (over: Partial<Progress> = {}): Progress => ({
  stage: 'probed',
  members: [],
  up: [],
  state: UNTOUCHED,
  ...over,
});
