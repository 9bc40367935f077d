// An attacker at the ports of the local cloud: nobody is let in, nothing of others changes, and good requests are served.
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
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { IMAGES } from '../../../../src/local-cloud/model/images.ts';
import type { State } from '../../../../src/local-cloud/model/state.ts';
import { contentsOf } from './files.ts';
import { type Kept, type Places, troubleOf } from './good.ts';
import { isBehind, isLetIn, mayChangeNothing } from './judge.ts';
import { type Hostile, hostileRequests } from './requests.ts';
import { attack } from './send.ts';
import type { Question, Said } from './target.ts';

const COUNT = Number(process.env['HOSTILE_REQUESTS'] ?? 400);
const SEED = Number(process.env['HOSTILE_SEED'] ?? 1);
const SENDERS = 32;
/** After so many hostile requests comes a good one. */
const GOOD_EVERY = 8;
const STORE = 'home/store/s3';

const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
let folder: string;
let child: ChildProcess;
let at: Places;
let kept: Kept;

async function asked(question: Question): Promise<Said> {
  const said = once(child, 'message');
  child.send(question);
  return ((await said) as [Said])[0];
}

const state = async (): Promise<State> => (await asked('what is there?')).state as State;

/** Beside the store, in the folder around it, and in the home's: files that are nobody's business. */
const CANARIES = ['canary/keep.txt', 'canary/sub/keep.txt', 'home/state.json', 'home/store/beside.txt'];

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

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poolparty-hostile-'));
  for (const name of CANARIES) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), `content of ${name}`);
  }
  await mkdir(join(folder, STORE));
  child = fork(join(import.meta.dirname, 'target.ts'), [join(folder, STORE)], {
    execArgv: ['--import', 'tsx'],
  });
  const [{ ports }] = (await once(child, 'message')) as [Required<Said>];
  const host = '127.0.0.1';
  const api = [host, ports.api] as const;
  at = { ec2: api, sts: api, s3: [host, ports.s3], metadata: [host, ports.metadata] };
  const instance = await keepInEc2(`http://${host}:${ports.api}`);
  await keepInS3(`http://${host}:${ports.s3}`);
  await asked({ askerIs: instance });
  const { accessKeyId, secretAccessKey: secret } = credentials;
  kept = {
    ...{ accessKeyId, secret, instance, tag: 'kept' },
    ...{ bucket: 'kept', key: 'key', content: 'content of kept' },
  };
}, 60_000);

afterAll(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill();
    await once(child, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
});

/** What no request may change, whoever signed it: nobody knows its names, or it is none of the cloud's. */
async function untouchable() {
  const { instances, groups, addresses, tags } = await state();
  const { instance } = kept;
  return {
    instance: instances[instance],
    tags: tags[instance],
    groups: Object.values(groups).filter(({ name }) => name === 'kept'),
    addresses: Object.values(addresses).filter(({ association }) => association?.instanceId === instance),
    files: await contentsOf(
      folder,
      (name) => name.startsWith(`${STORE}/`) && !name.startsWith(`${STORE}/v1/buckets/kept`),
    ),
  };
}

const everything = async () => ({ state: await state(), files: await contentsOf(folder) });

interface Outcome {
  readonly letIn: unknown[];
  readonly broken: unknown[];
  readonly troubles: string[];
  behind: number;
  good: number;
}

/** Sends them all, and good ones between them. */
async function wave(requests: readonly Hostile[]): Promise<Outcome> {
  const outcome: Outcome = { letIn: [], broken: [], troubles: [], behind: 0, good: 0 };
  const limit = pLimit(SENDERS);
  const beGood = async (number: number): Promise<void> => {
    const trouble = await troubleOf(number, kept, at);
    if (trouble !== undefined) outcome.troubles.push(trouble);
    outcome.good += 1;
  };
  const beHostile = async (hostile: Hostile): Promise<void> => {
    const statuses = await attack(hostile, ...at[hostile.to]);
    if (isBehind(hostile, statuses)) outcome.behind += 1;
    if (isLetIn(hostile, statuses)) outcome.letIn.push([hostile, statuses]);
    if (statuses.some((status) => status >= 500 && status !== 501)) outcome.broken.push([hostile, statuses]);
  };
  await Promise.all(
    requests.flatMap((hostile, index) => [
      limit(() => beHostile(hostile)),
      ...(index % GOOD_EVERY === 0 ? [limit(() => beGood(index / GOOD_EVERY))] : []),
    ]),
  );
  return outcome;
}

/** Nobody in, nothing broken, and every good request served. */
async function check({ letIn, broken, troubles, good }: Outcome, sent: number): Promise<void> {
  expect(letIn).toEqual([]);
  expect(broken).toEqual([]);
  expect(troubles).toEqual([]);
  expect(good).toBe(Math.ceil(sent / GOOD_EVERY));
  expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  expect((await asked('how long?')).stoodStill).toBeLessThan(1_000);
}

const requests = (): Hostile[] => hostileRequests(COUNT, SEED, kept.instance);
const PATIENCE = 60_000 + COUNT * 60;

test(
  `of ${COUNT} hostile requests to EC2, STS and metadata, and some to S3, those without the key, or only to look, change nothing`,
  async () => {
    const harmless = requests().filter(mayChangeNothing);
    const before = await everything();
    await check(await wave(harmless), harmless.length);
    expect(await everything()).toEqual(before);
  },
  PATIENCE,
);

test(
  'those with the key change nothing but what they may',
  async () => {
    const changing = requests().filter((hostile) => !mayChangeNothing(hostile));
    const before = await untouchable();
    const outcome = await wave(changing);
    await check(outcome, changing.length);
    expect(await untouchable()).toEqual(before);
    // Requests that all fail at the door would prove nothing of what is behind it.
    expect(outcome.behind).toBeGreaterThan(changing.length / 4);
  },
  PATIENCE,
);
