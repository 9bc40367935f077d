// Brings one node to its configuration, or puts members into its rotation.
import {
  type Configured,
  configureLimit,
  configureParcels,
  configureScript,
  needsSoftware,
  parseConfigured,
  releaseToSend,
} from '../../plans/configure.ts';
import { gateScript, LACKING_CODE, parseCheck } from '../../plans/install.ts';
import { isRisky, stateAfter, stateRotated, UNTOUCHED } from '../../plans/node-state.ts';
import type { Step } from '../../plans/plan.ts';
import { proofsFor, reachedBy } from '../../plans/rolling.ts';
import { parseRotation, rotation } from '../../plans/rotate.ts';
import { type Progress, type Seen, stateOf } from '../../plans/seen.ts';
import { configurationIn, lacksIn } from '../../plans/wants.ts';
import { findings } from '../../pool/haproxy-stat.ts';
import type { Node } from '../../pool/instance.ts';
import { addressed } from '../../pool/members.ts';
import { install, npmAsked } from '../install.ts';
import { archiveOf, sending } from '../parcels.ts';
import type { World } from '../world.ts';
import { answerOf } from './answer.ts';
import { withFrontWatched } from './front.ts';
import type { StartNews } from './news.ts';

/** What configuring a node came to, and what the node is afterwards. */
export interface Brought {
  readonly report: Configured;
  readonly state: Progress['state'];
  /** Could it keep the node from serving? */
  readonly isRisky: boolean;
}

/** Files, release, services, health; `members` are the servers of its HAProxy. What it lacks is installed first. */
export async function configure(
  world: World,
  seen: Seen,
  node: Node,
  members: readonly Node[],
  news: StartNews,
): Promise<Brought> {
  const { templates, secret } = seen.kit;
  const configuration = configurationIn(seen, node, members);
  const lacks = lacksIn(seen, node, members);
  const parcels = configureParcels(configuration, lacks);
  const wanted = releaseToSend(configuration, lacks);
  const archive = wanted && (await world.files.archive(wanted));
  const gate = needsSoftware(lacks) ? gateScript(templates, npmAsked(world)) : '';
  const bytes = archive?.size ?? 0;
  const manner = { proofs: proofsFor(seen, node), reached: reachedBy(seen, node), bytes };
  const script = `${gate}\n${configureScript(configuration, lacks, templates, manner)}`;
  const options = { timeout: configureLimit(seen.kit.settings), signal: world.signal };
  const attempt = () => world.remote.run(node, script, { ...options, ...sending(parcels, archive) });
  const output = await withFrontWatched(world, seen, node, lacks, async () => {
    const first = await attempt();
    if (first.code !== LACKING_CODE) return first;
    await install(world, templates, node, parseCheck(first.stdout), news);
    news.stage(node, 'configuring');
    return await attempt();
  });
  const report = answerOf(node, 'configured', output, parseConfigured);
  return { report, state: stateAfter(configuration, report, secret), isRisky: isRisky(lacks) };
}

/** Makes one node's HAProxy serve the members of the step; what it has afterwards. */
export async function rotate(
  world: World,
  seen: Seen,
  { node, members, keeps = false }: Extract<Step, { do: 'rotate' }>,
): Promise<Omit<Progress, 'stage'>> {
  const { settings, templates } = seen.kit;
  const wanted = addressed(members, settings.client_port);
  const manner = { keeps, proofs: proofsFor(seen, node) };
  const { script, parcels, limit } = rotation(settings, wanted, templates, manner);
  const options = { stdin: archiveOf(parcels), timeout: limit };
  const output = await world.remote.run(node, script, options);
  const { servers, entry } = answerOf(node, 'given its members', output, parseRotation);
  const state = stateOf(seen, node) ?? UNTOUCHED;
  return {
    ...findings(servers),
    state: stateRotated(configurationIn(seen, node, members), state, { entry, keeps }),
  };
}
