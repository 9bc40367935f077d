// A whole local cloud of its own for a test: started and ended by its command line, spoken to by the SDK.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  CreateKeyPairCommand,
  DescribeInstancesCommand,
  EC2Client,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { expect, vi } from 'vitest';
import { idOf } from '../../../src/local-cloud/model/ids.ts';
import type { Status } from '../../../src/local-cloud/words/status.ts';

const exec = promisify(execFile);
const MAIN = path.resolve('src/local-cloud/main.ts');

export const debian = idOf('ami', 'debian-12-amd64-20260101-1');
export const poolparty = idOf('ami', 'poolparty');

/** Runs the local cloud's command line from its sources and returns what it prints. */
export const local = async (home: string, ...words: string[]): Promise<string> =>
  (await exec(process.execPath, ['--import', 'tsx', MAIN, ...words, '--home', home])).stdout;

export type Ground = Awaited<ReturnType<typeof makeCloud>>;

/** Brings a cloud up in a temporary folder; `end` takes it down with everything in it. */
export async function makeCloud() {
  const home = await mkdtemp(path.join(tmpdir(), 'poolparty-cloud-'));
  const remove = async (): Promise<void> => {
    await local(home, 'down', '--purge');
    await rm(home, { recursive: true, force: true });
  };
  try {
    return await useCloud(home, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

async function useCloud(home: string, remove: () => Promise<void>) {
  const status = JSON.parse(await local(home, 'up', '--json')) as Status;
  const { endpoints, access_key_id, secret_access_key } = status;
  if (!endpoints || !access_key_id || !secret_access_key)
    throw new Error('the cloud did not say where it is');
  const credentials = { accessKeyId: access_key_id, secretAccessKey: secret_access_key };
  const ec2 = new EC2Client({ endpoint: endpoints.ec2, region: 'us-east-1', credentials });
  const key = path.join(home, 'test-key');

  const made = await ec2.send(new CreateKeyPairCommand({ KeyName: 'test', KeyType: 'ed25519' }));
  await writeFile(key, made.KeyMaterial ?? '', { mode: 0o600 });

  const look = async (id: string): Promise<Instance> => {
    const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return answer.Reservations?.[0]?.Instances?.[0] ?? {};
  };
  const becomes = async (id: string, state: string, timeout = 30_000): Promise<Instance> => {
    const isSo = async () => expect((await look(id)).State?.Name).toBe(state);
    await vi.waitFor(isSo, { timeout, interval: 50 });
    return look(id);
  };
  const launch = async (more: Partial<RunInstancesCommandInput> = {}): Promise<Instance[]> => {
    const size = {
      ImageId: debian,
      InstanceType: 't3.nano' as const,
      MinCount: 1,
      MaxCount: 1,
      KeyName: 'test',
    };
    const { Instances = [] } = await ec2.send(new RunInstancesCommand({ ...size, ...more }));
    return Promise.all(Instances.map((one) => becomes(one.InstanceId ?? '', 'running')));
  };
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
    'ConnectTimeout=3',
  ];
  const ssh = async (address: string | undefined, command: string): Promise<string> => {
    const flags = options.flatMap((option) => ['-o', option]);
    return (await exec('ssh', ['-i', key, ...flags, `admin@${address}`, command])).stdout;
  };
  const end = async (): Promise<void> => {
    ec2.destroy();
    await remove();
  };
  return { home, status, endpoints, credentials, ec2, key, look, becomes, launch, ssh, end };
}
