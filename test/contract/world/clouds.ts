// The clouds that one suite of behaviours is held against: the fake, a local one, and on request AWS's.
import {
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
} from '@aws-sdk/client-ec2';
import { DeleteBucketCommand, DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { defaultsIn } from '../../../src/pool/settings-defaults.ts';
import { createCloud } from '../../../src/world/ec2.ts';
import type { Cloud } from '../../../src/world/world.ts';
import { FakeClock, FakeCloud } from '../../unit/fake-world.ts';
import { makeCloud } from '../local-cloud/cloud-ground.ts';

export interface CloudGround {
  readonly cloud: Cloud;
  readonly keypair: string;
  /** An image that is there, by the name that a user may give. */
  readonly image: string;
  /** A bucket of another account. */
  readonly foreignBucket: string;
  removeBucket(name: string): Promise<unknown>;
  /** Says of an instance's root volume that it is to outlive it. */
  keepVolume(instance: string): Promise<unknown>;
  removeVolume(id: string): Promise<unknown>;
  /** Lets some time go by between two looks. */
  rest(): Promise<void>;
  end(): Promise<void>;
}

async function fake(): Promise<CloudGround> {
  const clock = new FakeClock();
  const cloud = new FakeCloud(clock);
  const foreignBucket = 'someone-elses-files';
  cloud.buckets.set(foreignBucket, 'forbidden');
  return {
    cloud,
    keypair: 'poolparty',
    image: 'debian-12',
    foreignBucket,
    removeBucket: async (name) => cloud.buckets.delete(name),
    keepVolume: async (id) => cloud.alter(id, { keepsVolume: true }),
    removeVolume: async (id) => cloud.alter(id.replace('vol-', 'i-'), { keepsVolume: false }),
    rest: () => clock.sleep(500),
    end: async () => undefined,
  };
}

const settings = { ...defaultsIn('/contract'), region: 'us-east-1' };
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 200));

/** At the endpoint and with the credentials of the environment. */
async function removeBucket(Bucket: string): Promise<unknown> {
  const s3 = new S3Client({ forcePathStyle: true });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  return await s3.send(new DeleteBucketCommand({ Bucket }));
}

/** The image of the suite has its root at the first name that EC2 tells of. */
async function keepVolume(InstanceId: string): Promise<unknown> {
  const ec2 = new EC2Client({});
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
  const DeviceName = Reservations?.[0]?.Instances?.[0]?.RootDeviceName ?? '';
  const BlockDeviceMappings = [{ DeviceName, Ebs: { DeleteOnTermination: false } }];
  return await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, BlockDeviceMappings }));
}

const removeVolume = (VolumeId: string): Promise<unknown> =>
  new EC2Client({}).send(new DeleteVolumeCommand({ VolumeId }));

async function local(): Promise<CloudGround> {
  const ground = await makeCloud();
  process.env['AWS_ENDPOINT_URL_EC2'] = ground.endpoints.ec2;
  process.env['AWS_REGION'] = 'us-east-1';
  process.env['AWS_ENDPOINT_URL_S3'] = ground.endpoints.s3;
  process.env['AWS_ACCESS_KEY_ID'] = ground.credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = ground.credentials.secretAccessKey;
  const cloud = createCloud(settings, process.env);
  const foreignBucket = 'someone-elses-files';
  return {
    cloud,
    keypair: 'test',
    image: 'debian-12',
    foreignBucket,
    removeBucket,
    keepVolume,
    removeVolume,
    rest: pause,
    end: ground.end,
  };
}

/** With the credentials, the region and the key pair (KEYPAIR_NAME) of whoever asks for it; it costs some cents. */
async function aws(): Promise<CloudGround> {
  const cloud = createCloud(defaultsIn('/contract'), process.env);
  const keypair = process.env['KEYPAIR_NAME'] ?? 'poolparty';
  const end = async () => undefined;
  const own = { removeBucket, keepVolume, removeVolume, rest: pause, end };
  return { cloud, keypair, image: 'debian-12', foreignBucket: 'aws-logs', ...own };
}

export const CLOUDS: readonly (readonly [name: string, make: () => Promise<CloudGround>])[] = [
  ['the fake', fake],
  ...(process.env['POOLPARTY_TEST_AWS'] ? [['AWS', aws] as const] : [['the local cloud', local] as const]),
];
