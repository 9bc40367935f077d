// No run of `pool configure` waits for nothing: whatever is seen, there is a step to take, or all is done.
import fc from 'fast-check';
import { test } from 'vitest';
import { isComplete } from '../../../src/plans/bring.ts';
import { configureNodes, isConfigured } from '../../../src/plans/configure-nodes.ts';
import { UNTOUCHED } from '../../../src/plans/node-state.ts';
import type { Progress, Seen } from '../../../src/plans/seen.ts';
import { isUp, start } from '../../../src/plans/start.ts';
import type { Settings } from '../../../src/pool/settings.ts';
import { app, kit } from '../built-in.ts';
import { address, instance, seenOf, settings } from './ground.ts';

/** What the master's HAProxy may find of a server. */
const FOUND = ['lasting', 'up', 'unchecked', 'down', 'no server'] as const;
type Found = (typeof FOUND)[number];

/** How far a node may have come in this run. */
const COME = ['probed', 'ill before', 'changed', 'unhealthy', 'failed', 'failed by it', 'silent'] as const;

const CHANGES: Readonly<Record<string, Partial<Settings>>> = {
  release: { app: app({ env: { NEW: 'yes' } }) },
  front: { host_port: 8080 },
  port: { client_port: 8090 },
  both: { app: app({ env: { NEW: 'yes' } }), host_port: 8080 },
  none: {},
};

interface Node {
  readonly found: Found;
  readonly come: (typeof COME)[number];
}

const anyNode: fc.Arbitrary<Node> = fc.record({
  found: fc.constantFrom(...FOUND),
  come: fc.constantFrom(...COME),
});

function progressOf(come: Node['come'], before: Progress, after: Progress): Progress {
  if (come === 'silent') return { stage: 'failed', members: [], up: [], state: UNTOUCHED, blind: true };
  if (come === 'changed' || come === 'unhealthy')
    return { ...after, stage: come === 'changed' ? 'configured' : come };
  if (come === 'probed') return { ...before, stage: 'probed' };
  if (come === 'ill before')
    return { ...before, stage: 'probed', state: { ...before.state, healthy: false } };
  return { ...before, stage: 'failed', byChange: come === 'failed by it' };
}

function seenAs(nodes: readonly Node[], change: Partial<Settings>): Seen {
  const ids = nodes.map((_, at) => `i-${at + 1}`);
  const servers = ids.filter((_, at) => nodes[at]?.found !== 'no server');
  const pool = (over: Partial<Settings>) =>
    seenOf({
      instances: ids.map((id) => instance(id)),
      at: address('i-1'),
      serving: Object.fromEntries(ids.map((id) => [id, id === 'i-1' ? servers : ids])),
      kit: kit(settings({ minimum_instances: 1, ...over })),
    });
  const [before, after] = [pool({}), pool(change)];
  const having = (...found: readonly Found[]) =>
    ids.filter((_, at) => found.includes(nodes[at]?.found ?? 'down'));
  const finds = {
    up: having('lasting', 'up'),
    unchecked: having('unchecked'),
    lasting: having('lasting'),
    erring: [],
  };
  const progress = nodes.map(({ come }, at): [string, Progress] => {
    const id = ids[at] ?? '';
    const [was, is] = [before.progress.get(id), after.progress.get(id)];
    if (was === undefined || is === undefined) throw new Error('each was looked at');
    const known = progressOf(come, was, is);
    return [id, at === 0 && come !== 'silent' ? { ...known, ...finds } : known];
  });
  const seen = { ...after, progress: new Map(progress) };
  const complete = seen.pool.nodes.filter((node) => isComplete(seen, node));
  const noted = new Map(seen.progress);
  for (const { id } of complete) {
    const known = noted.get(id);
    if (known) noted.set(id, { ...known, stage: 'configured' });
  }
  return { ...seen, served: true, progress: noted };
}

const RUNS: Readonly<Record<string, (seen: Seen) => boolean>> = {
  'pool configure': (seen) => configureNodes(seen).length > 0 || isConfigured(seen),
  'pool start': (seen) => start(seen, seen.kit.settings).length > 0 || isUp(seen, seen.kit.settings),
};

test.for(Object.entries(RUNS))('F2, property: %s has a step to take, or is over', ([, goesOn]) => {
  fc.assert(
    fc.property(
      fc.array(anyNode, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...Object.keys(CHANGES)),
      (nodes, change) => goesOn(seenAs(nodes, CHANGES[change] ?? {})),
    ),
    { numRuns: 1_000 },
  );
});
