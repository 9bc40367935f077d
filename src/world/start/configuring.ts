// Brings one node to its configuration, then puts members into its rotation.
import { configurationOf } from '../../plans/configuration.ts';
import {
  type Configured,
  configureParcels,
  configureScript,
  parseConfigured,
} from '../../plans/configure.ts';
import { gateScript, LACKING_CODE, parseCheck } from '../../plans/install.ts';
import { parseRotation, rotation } from '../../plans/rotate.ts';
import type { Progress, Seen } from '../../plans/start.ts';
import { PoolError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import { addressed, membersOf } from '../../pool/members.ts';
import { upAmong } from '../../pool/probe.ts';
import { install } from '../install.ts';
import type { Prepared } from '../preflight.ts';
import { tar } from '../tar.ts';
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

/** Files, release, services, health; `nodes` are the servers of its HAProxy. What it lacks is installed first. */
export async function configure(
  world: World,
  prepared: Prepared,
  seen: Seen,
  node: Node,
  nodes: readonly Node[],
  news: StartNews,
): Promise<Configured> {
  const { settings, remote } = world;
  const { templates, environment } = prepared;
  const members = addressed(nodes, settings.client_port);
  const facts = { settings, pool: seen.pool, node, members, templates, environment };
  const configuration = configurationOf(facts, prepared.release);
  const stdin = await tar(configureParcels(configuration));
  const script = `${gateScript(templates)}\n${configureScript(configuration, templates)}`;
  const attempt = () => remote.run(node, script, { stdin, timeout: CONFIGURE_LIMIT });
  let output = await attempt();
  if (output.code === LACKING_CODE) {
    await install(world, templates, node, parseCheck(output.stdout), news);
    news.stage(node, 'configuring');
    output = await attempt();
  }
  const { code, stdout, stderr } = output;
  if (code !== 0) throw scriptFailed(node, 'configured', code, stderr);
  return parseConfigured(stdout);
}

/** Makes one node's HAProxy serve `members`; what it has afterwards. */
export async function rotate(
  world: World,
  prepared: Prepared,
  node: Node,
  members: readonly Node[],
): Promise<Pick<Progress, 'members' | 'up'>> {
  const ready = new Set(members.map((member) => member.id));
  const wanted = membersOf(members, ready, world.settings.client_port);
  const { script, parcels } = rotation(world.settings, wanted, prepared.templates);
  const { code, stdout, stderr } = await world.remote.run(node, script, { stdin: await tar(parcels) });
  if (code !== 0) throw scriptFailed(node, 'given its members', code, stderr);
  const servers = parseRotation(stdout);
  return {
    members: servers.map((server) => server.id),
    up: upAmong(servers),
  };
}
