// What pool configure and instance reconfigure share: the run, what it says, and how it ended.
import { HAPROXY_CONFIG } from '../load-balancing/config.ts';
import { configureNodes } from '../plans/configure-nodes.ts';
import { fileChanges } from '../plans/file-changes.ts';
import type { Kit } from '../plans/kit.ts';
import { describeStep } from '../plans/plan.ts';
import { PoolError } from '../pool/failure.ts';
import type { Node } from '../pool/instance.ts';
import type { Pool } from '../pool/pool.ts';
import { type ConfigureEnd, ConfigureRun } from '../world/configure-run.ts';
import { lookAhead } from '../world/foresight.ts';
import type { StartNews } from '../world/nodes/news.ts';
import { checkBucket, preflight, prepareKit } from '../world/preflight.ts';
import type { Terminal, World } from '../world/world.ts';
import { failureLines } from './failure-lines.ts';

/** What was changed is a result: it is printed in node order at the end. */
function newsFor(terminal: Terminal, changed: Map<string, readonly string[]>): StartNews {
  return {
    stage: (node, stage) => {
      if (stage === 'configuring') terminal.say(`Configuring ${node.name}`);
    },
    configured: (node, paths) => {
      changed.set(node.id, [...(changed.get(node.id) ?? []), ...paths]);
    },
    note: (node, text) => terminal.warn(`${node.name}: ${text}`),
    fell: () => undefined,
    launching: () => undefined,
    looked: () => undefined,
  };
}

/** Everything that went wrong, in one failure: which nodes, why, and what their logs say. */
function complain({ failures, heldBack }: ConfigureEnd, count: number): void {
  if (failures.length + heldBack.length === 0) return;
  const details = failures.flatMap(failureLines);
  const held = heldBack.map(
    (node) => `${node.name} (${node.id}) serves what it served before: it was held back`,
  );
  const what =
    failures.length > 0
      ? `${failures.length} of ${count} nodes could not be configured; mend it, then run it again`
      : `${held.length} of ${count} nodes were held back, since it is not known that others serve; see pool list, then run it again`;
  throw new PoolError(what, { details: [...details, ...held] });
}

/** What all nodes are to get. Throws code 2, before anything is touched, where the settings or templates are wrong. */
export async function kitToConfigure(world: World): Promise<Kit> {
  await checkBucket(world);
  return await prepareKit(world);
}

/** Brings the chosen nodes to their configuration; throws, naming each, where some could not be. */
export async function configureChosen(
  world: World,
  kit: Kit,
  pool: Pool,
  chosen: readonly Node[],
): Promise<number> {
  const { terminal, signal } = world;
  const changed = new Map<string, readonly string[]>();
  const run = new ConfigureRun(world, kit, pool, chosen, newsFor(terminal, changed));
  const end = await run.run();
  // The frame says it, in the name of its program.
  if (signal.aborted) throw new PoolError('interrupted');
  const others = [...end.failures.map(({ node }) => node), ...end.heldBack];
  for (const node of chosen.filter(({ id }) => !others.some((other) => other.id === id))) {
    const isRotated = end.rotated.some(({ id }) => id === node.id);
    const paths = [...new Set([...(changed.get(node.id) ?? []), ...(isRotated ? [HAPROXY_CONFIG] : [])])];
    terminal.print(`${node.name}: ${paths.length === 0 ? 'nothing differs' : `changed ${paths.join(', ')}`}`);
  }
  complain(end, chosen.length);
  return 0;
}

/** --dry-run: what every chosen node would be brought, as the nodes tell it now. */
export async function tellDifferences(world: World, pool: Pool, chosen: readonly Node[]): Promise<number> {
  const { terminal } = world;
  const { seen, silent } = await lookAhead(world, await preflight(world, pool, 'named'));
  for (const { name, id } of silent) terminal.warn(`pool: ${name} (${id}) does not answer on ssh`);
  const only = new Set(chosen.map(({ id }) => id));
  const steps = configureNodes({ ...seen, only }, true).filter((step) => step.do !== 'probe');
  for (const step of steps) terminal.print(describeStep(step));
  for (const { node, files } of fileChanges({ ...seen, only }, steps, 0))
    for (const { path } of files) terminal.print(`  ${node}: ${path}`);
  if (steps.length === 0) terminal.print('nothing differs');
  return silent.some(({ id }) => only.has(id)) ? 1 : 0;
}
