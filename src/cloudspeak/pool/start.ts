// pool start: launches up to the minimum, configures every node as soon as it answers, puts it into rotation.
import { resolve } from 'node:path';
import { movesItsMaster } from '../../fail-safety/mastership-files.ts';
import { firstSteps } from '../../plans/foreseen.ts';
import { checkRoom } from '../../plans/places.ts';
import { describeStep } from '../../plans/plan.ts';
import { checkPlan, readPlan } from '../../plans/saved-plan.ts';
import type { Seen } from '../../plans/seen.ts';
import { PoolError, usageError } from '../../pool/failure.ts';
import { isStaying } from '../../pool/instance.ts';
import { publicUrl } from '../../pool/url.ts';
import { type Access, lookAtAccess, warnOfStrangers } from '../../world/access.ts';
import type { NodeFailure } from '../../world/nodes/memory.ts';
import type { StartNews } from '../../world/nodes/news.ts';
import { checkMinimum, type Prepared, preflight, untouched, zonesOf } from '../../world/preflight.ts';
import { runStart, type Started } from '../../world/start/run.ts';
import { entrance } from '../../world/start/serving.ts';
import type { Terminal, World } from '../../world/world.ts';
import { failureLines } from '../failure-lines.ts';
import { planNow } from '../planning.ts';
import { type Story, tell } from '../story.ts';
import type { Run } from '../word.ts';

/** What a start would do first, from nothing but a look at EC2. */
const firstPlan = (world: World, prepared: Prepared, { groupId, changes }: Access) => {
  const { pool, kit, lacksBucket } = prepared;
  const seen: Seen = {
    pool,
    kit,
    groupId,
    rules: changes,
    zones: zonesOf(prepared),
    lacksBucket,
    unseen: 0,
    progress: new Map(),
    served: false,
  };
  return firstSteps(seen, world.settings);
};

/** --dry-run. */
export function printFirstPlan(world: World, prepared: Prepared, access: Access): void {
  for (const step of firstPlan(world, prepared, access)) world.terminal.print(describeStep(step));
}

/** The deck's chapters, at the looks and steps that make them true. */
const newsFor = (story: Story, terminal: Terminal): StartNews => ({
  launching: () => story.reach('Waiting for master to boot up'),
  looked({ pool }) {
    const [master] = pool.nodes;
    if (master?.state === 'running') story.reach('Give some time for the instance ssh to start up');
    story.look(pool);
  },
  stage(node, stage) {
    if (node.role === 'master' && stage === 'configuring') story.reach('Configuring master');
    story.stage(node, stage);
  },
  configured: () => undefined,
  fell: () => undefined,
  note: (node, text) => terminal.warn(`${node.name}: ${text}`),
});

/** Everything that did not come up, in one failure: which nodes, why, and what their logs say. */
function complain({ seen, failures, lastAnswer }: Started, terminal: Terminal): void {
  const count = seen.pool.nodes.length;
  const isThere = ({ node }: NodeFailure) => seen.pool.nodes.some(({ id }) => id === node.id);
  // Somebody else ended them meanwhile: the pool is as it should be without them.
  for (const { node, why } of failures.filter((failure) => !isThere(failure)))
    terminal.warn(`${node.name} (${node.id}) has left the pool while it was waited for: ${why}`);
  const fallen = failures.filter(isThere);
  if (fallen.length > 0) {
    const details = fallen.flatMap(failureLines);
    const rest = 'mend it, then run pool start again; pool stop ends all';
    throw new PoolError(`${fallen.length} of ${count} nodes did not come up; ${rest}`, { details });
  }
  if (!seen.served) {
    throw new PoolError(
      `all nodes are up but the pool's address gives no good answer: ${lastAnswer}; run pool start again`,
    );
  }
}

/** Without an address or a role no node can be master by itself. */
const whoMaintains = ({ pool, kit: { settings } }: Seen): string => {
  if (movesItsMaster({ pool, settings })) return `${pool.nodes[0]?.name} maintains the pool`;
  const lacks = settings.instance_profile === undefined ? 'instance_profile is not set' : 'public_ip is none';
  return `No node maintains the pool, since ${lacks}; pool maintain does it from here`;
};

/** --plan: refuses, before anything is touched, to do anything else than what the plan says. */
async function holdToPlan(world: World, prepared: Prepared, access: Access, file: string): Promise<void> {
  const text = await world.disk?.readText(resolve(world.disk.cwd, file));
  if (text === undefined)
    throw usageError(`${file}: there is no such file; pool plan --save ${file} makes it`);
  checkPlan(readPlan(text, file), await planNow(world, prepared, access), file);
}

export const run: Run = async (world, request) => {
  const { terminal, clock } = world;
  const prepared = await preflight(world, undefined, request.dryRun ? 'named' : 'packed');
  checkMinimum(world, prepared);
  checkRoom(prepared.places, world.settings.minimum_instances - prepared.pool.nodes.filter(isStaying).length);
  const access = await untouched(lookAtAccess(world, prepared.vpcId));
  warnOfStrangers(world, access);
  const file = request.values['plan'];
  if (file !== undefined) await holdToPlan(world, prepared, access, file);
  if (request.dryRun) {
    printFirstPlan(world, prepared, access);
    return 0;
  }
  const began = clock.monotonic();
  const story = tell(terminal, () => clock.monotonic());
  story.reach('Launching minimum_instances');
  const started = await runStart(world, prepared, access, newsFor(story, terminal)).finally(() =>
    story.end(),
  );
  if (world.signal.aborted) return 130;
  complain(started, terminal);
  terminal.say(whoMaintains(started.seen));
  const host = entrance(started.seen.pool);
  const url = host && publicUrl(host, world.settings);
  const seconds = ((clock.monotonic() - began) / 1_000).toFixed(1);
  terminal.say(
    `Cloud is running: ${started.seen.pool.nodes.length} nodes serve at ${url} after ${seconds} s`,
  );
  return 0;
};
