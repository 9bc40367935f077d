// Brings one node to its configuration, or puts members into its rotation.
import {
  type Configured,
  configureParcels,
  configureScript,
  needsSoftware,
  parseConfigured,
  releaseToSend,
} from '../../plans/configure.ts';
import { gateScript, LACKING_CODE, parseCheck } from '../../plans/install.ts';
import { stateAfter, stateRotated, UNTOUCHED } from '../../plans/node-state.ts';
import { parseRotation, rotation } from '../../plans/rotate.ts';
import { type Progress, type Seen, stateOf } from '../../plans/seen.ts';
import { configurationIn, lacksIn } from '../../plans/wants.ts';
import { PoolError } from '../../pool/failure.ts';
import { upAmong } from '../../pool/haproxy-stat.ts';
import type { Node } from '../../pool/instance.ts';
import { addressed } from '../../pool/members.ts';
import { install } from '../install.ts';
import { archiveOf, sending } from '../parcels.ts';
import type { World } from '../world.ts';
import type { StartNews } from './news.ts';

/** Install lines may fetch and build: this is their limit, in ms. */
const CONFIGURE_LIMIT = 15 * 60_000;

/** The last lines that a script wrote, for a person to read. */
const tail = (text: string, lines: number): readonly string[] => text.trimEnd().split('\n').slice(-lines);

const scriptFailed = (node: Node, what: string, code: number, stderr: string): PoolError =>
  new PoolError(`${node.name} (${node.id}) could not be ${what} (code ${code})`, {
    details: tail(stderr, 20),
  });

/** What configuring a node came to, and what the node is afterwards. */
export interface Brought {
  readonly report: Configured;
  readonly state: Progress['state'];
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
  const gate = needsSoftware(lacks) ? gateScript(templates) : '';
  const script = `${gate}\n${configureScript(configuration, lacks, templates)}`;
  const options = { timeout: CONFIGURE_LIMIT, signal: world.signal };
  const attempt = () => world.remote.run(node, script, { ...options, ...sending(parcels, archive) });
  let output = await attempt();
  if (output.code === LACKING_CODE) {
    await install(world, templates, node, parseCheck(output.stdout), news);
    news.stage(node, 'configuring');
    output = await attempt();
  }
  const { code, stdout, stderr } = output;
  if (code !== 0) throw scriptFailed(node, 'configured', code, stderr);
  const report = parseConfigured(stdout);
  return { report, state: stateAfter(configuration, report, secret) };
}

/** Makes one node's HAProxy serve `members`; what it has afterwards. */
export async function rotate(
  world: World,
  seen: Seen,
  node: Node,
  members: readonly Node[],
): Promise<Omit<Progress, 'stage'>> {
  const { settings, templates } = seen.kit;
  const wanted = addressed(members, settings.client_port);
  const { script, parcels } = rotation(settings, wanted, templates);
  const { code, stdout, stderr } = await world.remote.run(node, script, { stdin: archiveOf(parcels) });
  if (code !== 0) throw scriptFailed(node, 'given its members', code, stderr);
  const servers = parseRotation(stdout);
  return {
    members: servers.map((server) => server.id),
    up: upAmong(servers),
    state: stateRotated(configurationIn(seen, node, members), stateOf(seen, node) ?? UNTOUCHED),
  };
}
