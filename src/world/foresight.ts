// What a plan is made from: a look at EC2 and at every node that answers. No step is taken.
import { NO_CHANGES, type RuleChanges } from '../plans/group-rules.ts';
import type { Decision } from '../plans/maintain.ts';
import { running, type Seen } from '../plans/seen.ts';
import { OwnTrouble } from '../pool/failure.ts';
import type { Node } from '../pool/instance.ts';
import { type MaintainNews, MaintainRun } from './maintain/run.ts';
import type { Memory } from './nodes/memory.ts';
import { probe } from './nodes/probing.ts';
import type { Prepared } from './preflight.ts';
import type { World } from './world.ts';

/** Nobody waits longer for a node that says nothing, in ms. */
const LIMIT = 3_000;

const nothing = (): void => undefined;
const SILENT: MaintainNews = {
  begins: nothing,
  failed: nothing,
  ticked: nothing,
  stage: nothing,
  configured: nothing,
  fell: nothing,
  note: nothing,
  launching: nothing,
  looked: nothing,
};

export interface Foresight {
  readonly seen: Seen;
  /** What the next tick of a maintainer would come to. */
  readonly decision: Decision;
  /** Nodes that did not answer: what they have is not known. */
  readonly silent: readonly Node[];
}

/** True where the node told what it has. */
async function meet(world: World, memory: Memory, node: Node): Promise<boolean> {
  try {
    if (!(await world.remote.reach(node, LIMIT)).answers) return false;
    memory.progress.set(node.id, { stage: 'probed', ...(await probe(world, memory.kit, node)) });
    return true;
  } catch (error) {
    if (error instanceof OwnTrouble) throw error;
    return false;
  }
}

/** Looks once, as a maintainer would that has just begun. `rules`: what the pool's security group lacks. */
export async function lookAhead(
  world: World,
  prepared: Prepared,
  rules: RuleChanges = NO_CHANGES,
): Promise<Foresight> {
  const run = new MaintainRun(world, prepared, SILENT, { me: undefined, before: async () => undefined });
  const nodes = prepared.pool.nodes.filter(({ state }) => state === 'running');
  const met = await Promise.all(nodes.map((node) => meet(world, run.memory, node)));
  run.memory.rules = rules;
  run.memory.lacksBucket = prepared.lacksBucket;
  const tick = await run.look();
  const silent = running(tick.seen).filter(({ id }) => nodes.some((node, at) => node.id === id && !met[at]));
  return { seen: tick.seen, decision: run.decide(tick), silent };
}
