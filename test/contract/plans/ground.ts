// Machines that are configured as the nodes of one pool, and what tests do with them.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import { buildImages } from '../../../src/local-cloud/images/build.ts';
import { configurationOf } from '../../../src/plans/configuration.ts';
import {
  configureParcels,
  configureScript,
  type Manner,
  parseConfigured,
  releaseToSend,
} from '../../../src/plans/configure.ts';
import type { NodeFacts } from '../../../src/plans/node-files.ts';
import { difference, parseState, stateScript } from '../../../src/plans/node-state.ts';
import { parseProbe, probeScript } from '../../../src/pool/probe.ts';
import type { App } from '../../../src/pool/settings.ts';
import { createFiles } from '../../../src/world/files.ts';
import { sending } from '../../../src/world/parcels.ts';
import { keptArchive } from '../../../src/world/release.ts';
import { app, builtIn, factsOf, instance } from '../../unit/built-in.ts';
import { bootMachine, endMachines, type Machine } from './machine.ts';

const hello = fileURLToPath(new URL('../../../examples/hello', import.meta.url));

/** A value that every quoting on its way could spoil. */
export const odd = "a\"b\\c $HOME `x` %h 'q'\n\ttwo #";

let machines: readonly Machine[] = [];

export const machine = (index: number): Machine => {
  const found = machines[index];
  if (found === undefined) throw new Error(`machine ${index} did not boot`);
  return found;
};

export const good = (changed: Partial<App> = {}): App =>
  app({ source: hello, env: { ODD: odd }, ...changed });

export function facts(index: number, own: App): NodeFacts {
  const all = machines.map((one, at) => instance(at, { privateIp: one.ip }));
  const found = factsOf(all, { app: own });
  return { ...found, node: found.pool.nodes[index] ?? found.node };
}

/** Configures a machine; the app gets 5 s to become healthy, unless another wait is said. */
export async function configure(
  index: number,
  own = good(),
  changed: Partial<NodeFacts> = {},
  manner?: Manner,
) {
  const { release } = await createFiles(own.source).release(own, 'packed');
  const all = { ...facts(index, own), release, ...changed };
  return await bring(index, all, manner);
}

/** What a machine says of itself. */
async function stateOf(index: number) {
  const script = stateScript(builtIn, 'http://127.0.0.1:8001/health');
  return parseState((await machine(index).run(script)).stdout);
}

/** Brings a machine what it lacks of the configuration of these facts. */
export async function bring(index: number, all: NodeFacts, manner: Manner = {}) {
  const configuration = configurationOf(all);
  const lacks = difference(configuration, await stateOf(index));
  const release = releaseToSend(configuration, lacks);
  const archive = release && (await keptArchive(release));
  const chunks: Uint8Array[] = [];
  const { stdin: head = new Uint8Array(), input } = sending(configureParcels(configuration, lacks), archive);
  for await (const chunk of input ?? []) chunks.push(chunk);
  const stdin = Buffer.concat([head, ...chunks]);
  const script = configureScript(configuration, lacks, all.templates, { wait: 5, ...manner });
  const output = await machine(index).run(script, stdin);
  return { ...output, configuration, lacks, release: all.release };
}

export const memberOf = (index: number) => ({ id: instance(index).id, address: `${machine(index).ip}:8001` });

/** What must not change when nothing is to be restarted. */
export const processes = () =>
  machine(0).read(
    'systemctl show -P MainPID poolparty-app; echo "show info" | socat - /run/haproxy/admin.sock | grep Pid:',
  );

export const ask = async (path: string) => (await fetch(`http://${machine(0).ip}${path}`)).status;

/** The servers that node 0's haproxy has. */
export const servers = async () => parseProbe((await machine(0).run(probeScript)).stdout).servers;

/** Boots and configures so many before the tests of a file, and ends them after. */
export function bootPool(count: number, own: () => App = good): void {
  beforeAll(async () => {
    await buildImages(() => undefined);
    machines = await Promise.all(Array.from({ length: count }, (_, at) => bootMachine(`${at}`)));
    for (const index of machines.keys()) {
      const { code, stdout, stderr } = await configure(index, own());
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(parseConfigured(stdout)).toMatchObject({
        healthy: true,
        answer: expect.stringContaining('HTTP 200'),
      });
    }
  }, 600_000);
  afterAll(endMachines);
}

export const bootTwo = (): void => bootPool(2);
