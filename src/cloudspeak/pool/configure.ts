// pool configure: brings every node's files and services to what the configuration says.
import { describeRule, isForVisitors } from '../../plans/group-rules.ts';
import { PoolError } from '../../pool/failure.ts';
import { publicUrl } from '../../pool/url.ts';
import { type Access, changeRules, lookAtAccess, warnOfStrangers } from '../../world/access.ts';
import type { World } from '../../world/world.ts';
import { configureChosen, kitToConfigure, tellDifferences } from '../configuring.ts';
import type { Run } from '../word.ts';

/** --dry-run. */
function tellRules({ terminal }: World, { changes }: Access): void {
  for (const rule of changes.open)
    terminal.print(`open-group ${describeRule(rule)}: the security group lacks it`);
  for (const rule of changes.close)
    terminal.print(`close-group ${describeRule(rule)}: the settings no longer ask for it`);
}

/** The new port is asked for so long, in ms, until something answers there. */
const FRONT_LIMIT = 20_000;

/** What one question may take, and the pause between two, in ms. */
const FRONT_PAUSE = 1_000;

/** Throws where nobody answers at the public port: then visitors go on coming in by the former one. */
async function awaitFront(world: World): Promise<void> {
  const { cloud, clock, settings, signal, get } = world;
  const { address, nodes } = await cloud.look(settings.name);
  const url = publicUrl(address?.ip ?? nodes.find(({ role }) => role === 'master')?.publicIp ?? '', settings);
  const until = clock.monotonic() + FRONT_LIMIT;
  for (let why = ''; ; await clock.sleep(FRONT_PAUSE, signal)) {
    try {
      await get(url, FRONT_PAUSE);
      return;
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
    if (clock.monotonic() > until || signal.aborted)
      throw new PoolError(
        `nothing answers at ${url} (${why}), so the former port stays open; look at HAProxy on the master: instance cmd i=0 cmd='journalctl -u haproxy -n 50', then run pool configure again`,
      );
  }
}

export const run: Run = async (world, request) => {
  const pool = await world.cloud.look(world.settings.name);
  const nodes = pool.nodes.filter((node) => node.state === 'running');
  if (nodes.length === 0) throw new PoolError('Cloud is not running; pool start launches it');
  const { vpcId = '' } = (await world.cloud.subnets(world.settings.subnets))[0] ?? {};
  const access = await lookAtAccess(world, vpcId);
  warnOfStrangers(world, access);
  if (request.dryRun) {
    tellRules(world, access);
    return await tellDifferences(world, pool, nodes);
  }
  const kit = await kitToConfigure(world);
  await changeRules(world, access, { ...access.changes, close: [] });
  const code = await configureChosen(world, kit, pool, nodes);
  // Last: until then a node may still have its former configuration, and its visitors the former port.
  if (access.changes.close.some(isForVisitors)) await awaitFront(world);
  await changeRules(world, access, { ...access.changes, open: [] });
  return code;
};
