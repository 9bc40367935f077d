// Four real nodes of a local cloud with what the master's role needs, and nothing else of a pool; seen from outside.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, vi } from 'vitest';
import { mastershipFiles } from '../../../src/fail-safety/mastership-files.ts';
import type { InstanceId } from '../../../src/pool/instance.ts';
import { NODE } from '../../../src/pool/node-paths.ts';
import { settingsText } from '../../../src/pool/node-settings.ts';
import { type Address, POOL_TAG, type Pool } from '../../../src/pool/pool.ts';
import { defaultsIn } from '../../../src/pool/settings-defaults.ts';
import { publicUrl } from '../../../src/pool/url.ts';
import { createCloud } from '../../../src/world/ec2.ts';
import { tar } from '../../../src/world/tar.ts';
import { builtIn } from '../../unit/built-in.ts';
import { type Ground, makeCloud, poolparty } from '../local-cloud/cloud-ground.ts';

const exec = promisify(execFile);

/** The program that claims, as it is shipped. */
async function program(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'poolparty-build-'));
  try {
    await exec(process.execPath, ['scripts/build.mjs', folder]);
    return await readFile(join(folder, 'node', 'claim.js'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Ends when one of these answers at a URL: which, and the milliseconds it took. */
async function firstAnswer(url: string, ids: readonly string[], timeout: number) {
  const begun = performance.now();
  const id = await vi.waitFor(
    async () => {
      const found = await whoAnswers(url, 200);
      expect(ids).toContain(found);
      return found ?? '';
    },
    { timeout, interval: 10 },
  );
  return { id, took: performance.now() - begun };
}

/** Each node's HAProxy answers with the node's own id. */
const haproxy = (id: string) => `defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
frontend here
  bind *:80
  http-request return status 503 content-type text/plain string ${id}
`;

/** What maintains here does nothing: this is about where it runs. */
const STAND_IN = `[Service]
ExecStart=
ExecStart=flock --nonblock --no-fork --conflict-exit-code 75 ${NODE.maintainLock} sleep infinity
`;

/** The id of the node that answers at a URL, or undefined. */
export const whoAnswers = (url: string, timeout = 1_000): Promise<string | undefined> =>
  new Promise((resolve) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(timeout) }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('error', () => resolve(undefined)).on('end', () => resolve(body));
    });
    request.on('error', () => resolve(undefined));
  });

export async function makeNodes(count: number) {
  const ground = await makeCloud();
  try {
    return await furnish(ground, count);
  } catch (error) {
    await ground.end();
    throw error;
  }
}

async function furnish(ground: Ground, count: number) {
  const name = `mastership-${randomBytes(3).toString('hex')}`;
  const settings = {
    ...defaultsIn('/party'),
    name,
    region: 'us-east-1',
    instance_profile: 'poolparty',
    app: undefined,
  };
  const credentials = async () => ground.credentials;
  process.env['AWS_ENDPOINT_URL_EC2'] = ground.endpoints.ec2;
  const cloud = createCloud(settings, process.env, { credentials });
  const look = (): Promise<Pool> => cloud.look(name);
  const [subnet] = await cloud.subnets([]);
  const group = await cloud.openGroup(name, subnet?.vpcId ?? '', [
    { protocol: 'tcp', fromPort: 80, toPort: 80, peer: '0.0.0.0/0', about: 'poolparty: web' },
  ]);
  await ground.launch({
    MinCount: count,
    MaxCount: count,
    ImageId: poolparty,
    SecurityGroupIds: [group],
    IamInstanceProfile: { Name: 'poolparty' },
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: POOL_TAG, Value: name }] }],
  });
  const { ip } = await cloud.allocateAddress(name);
  const pool = await look();
  const url = publicUrl(ip, settings);

  const containers = new Map<InstanceId, string>();
  const container = async (id: InstanceId): Promise<string> => {
    const filter = `label=poolparty.instance=${id}`;
    const found =
      containers.get(id) ?? (await exec('podman', ['ps', '--quiet', '--filter', filter])).stdout.trim();
    containers.set(id, found);
    return found;
  };
  const podman = async (word: 'pause' | 'unpause' | 'kill', id: InstanceId): Promise<void> => {
    await exec('podman', [word, await container(id)]);
  };
  /** What a script prints on a node, as root. */
  const on = async (id: InstanceId, script: string, stdin?: Uint8Array): Promise<string> => {
    const child = spawn('podman', ['exec', '--interactive', await container(id), 'sh', '-c', script]);
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`${id}: ${script}: code ${code}: ${said}`);
    return said.trim();
  };
  /** Where the nodes find EC2. */
  const cloudEnvironment = (endpoint = ground.endpoints.ec2): string =>
    `AWS_REGION=us-east-1\nAWS_ENDPOINT_URL_EC2=${endpoint}\n`;

  const script = await program();
  const files = mastershipFiles({ settings, pool, templates: builtIn });
  const put = async (id: InstanceId): Promise<void> => {
    const entries: Record<string, string | Uint8Array> = {
      ...Object.fromEntries(files.map(({ path, content }) => [path, content])),
      [NODE.claim]: script,
      [NODE.settings]: settingsText(settings),
      [NODE.cloudEnvironment]: cloudEnvironment(),
      '/etc/systemd/system/poolparty-maintain.service.d/stand-in.conf': STAND_IN,
      '/etc/haproxy/haproxy.cfg': haproxy(id),
    };
    const archive = await tar(
      Object.entries(entries).map(([path, content]) => ({ name: path.slice(1), content })),
    );
    await on(
      id,
      'tar -x -C / -f - && systemctl daemon-reload && systemctl is-system-running --wait; systemctl restart haproxy',
      archive,
    );
  };
  await Promise.all(pool.nodes.map(({ id }) => put(id)));

  const journal = (id: InstanceId, unit = 'poolparty-claim'): Promise<string> =>
    on(id, `journalctl --no-pager -o cat -u ${unit}`);
  const holder = async (): Promise<InstanceId | undefined> => (await look()).address?.holder;
  const address = async (): Promise<Address> => {
    const { address: found } = await look();
    if (found === undefined) throw new Error('the pool has no address');
    return found;
  };
  /** Ends when a node answers at the address; the milliseconds it took. */
  const answersFrom = async (id: InstanceId, timeout = 30_000): Promise<number> =>
    (await firstAnswer(url, [id], timeout)).took;
  const answersFromOneOf = (some: readonly InstanceId[], timeout = 30_000) => firstAnswer(url, some, timeout);
  const ids = pool.nodes.map(({ id }) => id);
  return {
    ...{ ground, cloud, name, ids, url, ip },
    ...{ on, podman, look, holder, address, journal, answersFrom, answersFromOneOf, cloudEnvironment },
    /** For a moment nobody has it. */
    free: async (): Promise<void> => {
      const { associationId } = await address();
      if (associationId !== undefined) await cloud.disassociate(associationId);
    },
    end: ground.end,
  };
}

export type Nodes = Awaited<ReturnType<typeof makeNodes>>;
