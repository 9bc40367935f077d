// The servers of a local cloud in a process of their own, which hold some things that nothing may change.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { IMAGES } from '../../../../src/local-cloud/model/images.ts';
import type { State } from '../../../../src/local-cloud/model/state.ts';
import type { Kept, Places } from './good.ts';
import type { Question, Said } from './target.ts';

/** Where the store is in the ground's folder. */
export const STORE = 'home/store/s3';

/** Beside the store, in the folder around it, and in the home's: files that are nobody's business. */
const CANARIES = ['canary/keep.txt', 'canary/sub/keep.txt', 'home/state.json', 'home/store/beside.txt'];
const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };

export interface HostileGround {
  readonly folder: string;
  readonly at: Places;
  /** Another cloud, which nobody attacks: what it is late by is the machine's load. */
  readonly bystander: Places;
  readonly kept: Kept;
  state(): Promise<State>;
  /** Throws where the servers have ended, or worked for a second without looking up since they were asked last. */
  checkWell(): Promise<void>;
}

async function keepInEc2(endpoint: string): Promise<string> {
  const ec2 = new EC2Client({ endpoint, region: 'us-east-1', credentials });
  const group = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'kept', Description: 'kept as it is' }),
  );
  const rule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '192.0.2.7/32' };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: group.GroupId, ...rule }));
  const TagSpecifications = [{ ResourceType: 'instance' as const, Tags: [{ Key: 'is', Value: 'kept' }] }];
  const wish = { ImageId: IMAGES[0]?.id, InstanceType: 't3.nano' as const, MinCount: 1, MaxCount: 1 };
  const launched = await ec2.send(
    new RunInstancesCommand({ ...wish, TagSpecifications, SecurityGroupIds: [group.GroupId ?? ''] }),
  );
  const InstanceId = launched.Instances?.[0]?.InstanceId ?? '';
  await vi.waitFor(async () => {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
    expect(Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('running');
  });
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({}));
  await ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId }));
  ec2.destroy();
  return InstanceId;
}

async function keepInS3(endpoint: string): Promise<void> {
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  for (const Bucket of ['bucket', 'kept']) {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'key', Body: `content of ${Bucket}` }));
  }
  s3.destroy();
}

async function asked(child: ChildProcess, question: Question): Promise<Said> {
  const said = once(child, 'message');
  child.send(question);
  return ((await said) as [Said])[0];
}

async function started(store: string): Promise<{ child: ChildProcess; at: Places }> {
  const child = fork(join(import.meta.dirname, 'target.ts'), [store], { execArgv: ['--import', 'tsx'] });
  const [{ ports }] = (await once(child, 'message')) as [Required<Said>];
  const host = '127.0.0.1';
  const api = [host, ports.api] as const;
  return { child, at: { ec2: api, sts: api, s3: [host, ports.s3], metadata: [host, ports.metadata] } };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // One that does not look up hears no gentler word.
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const urlOf = ([host, port]: Places['ec2']): string => `http://${host}:${port}`;

/** Made before the file's tests, and ended after them. */
export function hostileGround(): HostileGround {
  const ground = {} as { -readonly [name in keyof HostileGround]: HostileGround[name] };
  const children: ChildProcess[] = [];
  let child: ChildProcess;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'poolparty-hostile-'));
    for (const name of CANARIES) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), `content of ${name}`);
    }
    await mkdir(join(folder, STORE));
    const attacked = await started(join(folder, STORE));
    const other = await started(join(folder, 'bystander'));
    child = attacked.child;
    children.push(attacked.child, other.child);
    const { at } = attacked;
    const instance = await keepInEc2(urlOf(at.ec2));
    await keepInS3(urlOf(at.s3));
    await asked(child, { askerIs: instance });
    const { accessKeyId, secretAccessKey: secret } = credentials;
    const kept: Kept = {
      ...{ accessKeyId, secret, instance, tag: 'kept' },
      ...{ bucket: 'kept', key: 'key', content: 'content of kept' },
    };
    Object.assign(ground, { folder, at, kept, bystander: other.at });
  }, 60_000);
  ground.state = async () => (await asked(child, 'what is there?')).state as State;
  ground.checkWell = async () => {
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
    expect((await asked(child, 'how long?')).stoodStill).toBeLessThan(1_000);
  };
  afterAll(async () => {
    await Promise.all(children.map(ended));
    await rm(ground.folder, { recursive: true, force: true });
  });
  return ground;
}
