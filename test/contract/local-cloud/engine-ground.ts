// A cloud without its API: an engine with a state folder and a slot of its own, and a metadata server with a key.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Engine, MachineSpec } from '../../../src/local-cloud/engine.ts';
import { buildImages } from '../../../src/local-cloud/images/build.ts';
import { createEngine } from '../../../src/local-cloud/machines/engine.ts';
import { cloudIdOf, type Names, namesOf } from '../../../src/local-cloud/network/names.ts';
import { type AddressPlan, addressPlan, metadataPort } from '../../../src/local-cloud/network/plan.ts';
import { claimSlot, releaseSlot } from '../../../src/local-cloud/network/slots.ts';

const exec = promisify(execFile);

export interface Ground {
  readonly engine: Engine;
  readonly home: string;
  readonly slot: number;
  readonly plan: AddressPlan;
  readonly names: Names;
  /** The addresses that asked the metadata server, as it saw them. */
  readonly askers: Set<string>;
  spec(n: number, more?: Partial<MachineSpec>): MachineSpec;
  /** What a command prints on a machine, logged in as admin. */
  ssh(address: string, command: string): Promise<string>;
  /** Everything of the kernel and of podman that carries this cloud's name or lies in its ranges. */
  traces(): Promise<string>;
  end(): Promise<void>;
}

export async function makeGround(): Promise<Ground> {
  await buildImages(() => {});
  const home = await mkdtemp(path.join(tmpdir(), 'poolparty-engine-'));
  const slot = await claimSlot(home);
  const plan = addressPlan(slot);
  const names = namesOf(cloudIdOf(await realpath(home)));
  const key = path.join(home, 'key');
  await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const engine = createEngine({ home, slot });
  await engine.up();
  const askers = new Set<string>();
  const metadata = await serveMetadata(plan.address, await readFile(`${key}.pub`, 'utf8'), askers);
  const network = plan.gateway.slice(0, -1);
  return {
    engine,
    home,
    slot,
    plan,
    names,
    askers,
    spec: (n, more = {}) => ({
      id: `i-${n}`,
      image: 'debian-12',
      hostname: `ip-${n}`,
      privateIp: `${network}${10 + n}`,
      vcpus: 2,
      memory: 512,
      ...more,
    }),
    ssh: async (address, command) =>
      (await exec('ssh', [...sshFlags(key), `admin@${address}`, command])).stdout,
    traces: () => traces(names, plan),
    end: async () => {
      metadata.close();
      await engine.down();
      await releaseSlot(home);
      await rm(home, { recursive: true, force: true });
    },
  };
}

function sshFlags(key: string): string[] {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
  ];
  return ['-F', 'none', '-i', key, ...options.flatMap((one) => ['-o', one]), '-o', 'ConnectTimeout=5'];
}

async function serveMetadata(address: string, key: string, askers: Set<string>) {
  const answers: Record<string, string> = {
    '/latest/api/token': 'token',
    '/latest/meta-data/public-keys/0/openssh-key': key,
    '/latest/user-data': '#!/bin/sh\necho "run by $(id -un)"; echo once >>/root/runs\n',
  };
  const server = createServer((request, response) => {
    askers.add(request.socket.remoteAddress ?? '');
    const answer = answers[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200).end(answer ?? '');
  });
  server.listen(metadataPort, address);
  await once(server, 'listening');
  return server;
}

async function traces(names: Names, plan: AddressPlan): Promise<string> {
  const looks: [string, string[]][] = [
    ['podman', ['ps', '--all', '--format', '{{.Names}}']],
    ['podman', ['volume', 'ls', '--format', '{{.Name}}']],
    ['ip', ['-oneline', 'address']],
    ['ip', ['route', 'show', 'table', 'all']],
    ['ip', ['netns']],
    ['nft', ['list', 'tables']],
    ['findmnt', ['--list', '--noheadings']],
  ];
  const texts = await Promise.all(looks.map(async ([program, words]) => (await exec(program, words)).stdout));
  const ours = [names.cloudId, plan.gateway.slice(0, -3), plan.publicRange.slice(0, -5), `${plan.address} `];
  const lines = texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => ours.some((one) => line.includes(one)));
  const ports = (await exec('ip', ['-oneline', 'link', 'show', 'group', String(plan.interfaceGroup)])).stdout;
  return [...lines, ports].join('\n').trim();
}

/** Whether a TCP connection from the host opens within a second. */
export function opens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket
      .once('connect', () => end(true))
      .once('timeout', () => end(false))
      .once('error', () => end(false));
  });
}
