// The local cloud as its users meet it: real machines, driven by the AWS SDK.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  DisassociateAddressCommand,
  EC2Client,
  GetConsoleOutputCommand,
  type Instance,
  RevokeSecurityGroupIngressCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Status } from '../../../src/local-cloud/words/status.ts';
import { type Ground, local, makeCloud, poolparty } from './cloud-ground.ts';

let cloud: Ground;
let group: string;
let machine: Instance;

/** A dead process may stay in /proc for a while, without a command line. */
const isRunning = (pid: number | null): boolean =>
  existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
const everyone = (port: number) => [
  { IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
];
const metadata = (path: string): string =>
  `T=$(curl -sf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token); ` +
  `curl -s -H "X-aws-ec2-metadata-token: $T" http://169.254.169.254/latest/${path}`;

beforeAll(async () => {
  cloud = await makeCloud();
  const made = new CreateSecurityGroupCommand({ GroupName: 'test', Description: 'test' });
  group = (await cloud.ec2.send(made)).GroupId ?? '';
  await cloud.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({ GroupId: group, IpPermissions: everyone(22) }),
  );
  const UserData = Buffer.from('#!/bin/sh\necho ran >>/var/tmp/user-data\n').toString('base64');
  const more = {
    SecurityGroupIds: [group],
    UserData,
    ImageId: poolparty,
    IamInstanceProfile: { Name: 'poolparty' },
    MetadataOptions: { InstanceMetadataTags: 'enabled' as const },
    TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key: 'pool', Value: 'mine' }] }],
  };
  machine = (await cloud.launch(more))[0] ?? {};
});
afterAll(() => cloud?.end());

describe('a machine', () => {
  test('lets the key pair in, ran its user-data once and shows its host keys on the console', async () => {
    await expect.poll(() => cloud.ssh(machine.PublicIpAddress, 'cat /var/tmp/user-data')).toBe('ran\n');
    const shown = await cloud.ec2.send(new GetConsoleOutputCommand({ InstanceId: machine.InstanceId }));
    const keys = await cloud.ssh(machine.PublicIpAddress, 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub');
    expect(Buffer.from(shown.Output ?? '', 'base64').toString()).toContain(keys.split(' ')[1]);
  });

  test('finds itself in metadata version 2, and nothing without a token', async () => {
    const ask = (path: string) => cloud.ssh(machine.PublicIpAddress, metadata(path));
    expect(await ask('meta-data/instance-id')).toBe(machine.InstanceId);
    expect(await ask('meta-data/public-ipv4')).toBe(machine.PublicIpAddress);
    expect(await ask('meta-data/tags/instance/pool')).toBe('mine');
    const plain = "curl -s -o /dev/null -w '%{http_code}' http://169.254.169.254/latest/meta-data/";
    expect(await cloud.ssh(machine.PublicIpAddress, plain)).toBe('401');
  });

  test('has credentials of its role that EC2 and S3 accept', async () => {
    const text = await cloud.ssh(
      machine.PublicIpAddress,
      metadata('meta-data/iam/security-credentials/poolparty'),
    );
    const { AccessKeyId, SecretAccessKey, Token } = JSON.parse(text) as Record<string, string>;
    const role = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: Token! };
    const ec2 = new EC2Client({ endpoint: cloud.endpoints.ec2, region: 'us-east-1', credentials: role });
    expect((await ec2.send(new DescribeInstancesCommand({}))).Reservations).toHaveLength(1);
    const s3 = new S3Client({
      endpoint: cloud.endpoints.s3,
      region: 'us-east-1',
      credentials: role,
      forcePathStyle: true,
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'shared' }));
    await s3.send(new PutObjectCommand({ Bucket: 'shared', Key: 'a b/ü', Body: 'text' }));
    const got = await s3.send(new GetObjectCommand({ Bucket: 'shared', Key: 'a b/ü' }));
    expect(await got.Body?.transformToString()).toBe('text');
  });

  test('mounts a bucket with the credentials of its role', async () => {
    const mount = `sudo mkdir -p /data && sudo s3fs shared /data -o url=${cloud.endpoints.s3},use_path_request_style,iam_role=poolparty`;
    await cloud.ssh(machine.PublicIpAddress, mount);
    await cloud.ssh(machine.PublicIpAddress, 'echo mounted | sudo tee /data/file');
    const credentials = cloud.credentials;
    const s3 = new S3Client({
      endpoint: cloud.endpoints.s3,
      region: 'us-east-1',
      credentials,
      forcePathStyle: true,
    });
    const got = await s3.send(new GetObjectCommand({ Bucket: 'shared', Key: 'file' }));
    expect(await got.Body?.transformToString()).toBe('mounted\n');
  });
});

describe('the network', () => {
  test('of an Elastic IP follows its association, and the automatic address comes back later', async () => {
    const { AllocationId, PublicIp } = await cloud.ec2.send(new AllocateAddressCommand({}));
    const [other] = await cloud.launch({ SecurityGroupIds: [group] });
    const associate = (InstanceId: string | undefined) =>
      cloud.ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId, AllowReassociation: true }));
    await associate(machine.InstanceId);
    expect(await cloud.ssh(PublicIp, metadata('meta-data/instance-id'))).toBe(machine.InstanceId);
    await expect(cloud.ssh(machine.PublicIpAddress, 'true')).rejects.toThrow();
    const { AssociationId } = await associate(other?.InstanceId);
    expect(await cloud.ssh(PublicIp, metadata('meta-data/instance-id'))).toBe(other?.InstanceId);
    await cloud.ec2.send(new DisassociateAddressCommand({ AssociationId }));
    const address = async (): Promise<string | undefined> =>
      (await cloud.look(machine.InstanceId!)).PublicIpAddress;
    await expect.poll(address, { timeout: 10_000 }).toBeDefined();
    machine = await cloud.look(machine.InstanceId!);
    await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [other?.InstanceId ?? ''] }));
    await cloud.becomes(other?.InstanceId ?? '', 'terminated');
  });

  test('lets in what the group lets in, and nothing else', async () => {
    const rules = { GroupId: group, IpPermissions: everyone(22) };
    await cloud.ec2.send(new RevokeSecurityGroupIngressCommand(rules));
    await expect(cloud.ssh(machine.PublicIpAddress, 'true')).rejects.toThrow();
    await cloud.ec2.send(new AuthorizeSecurityGroupIngressCommand(rules));
    await cloud.ssh(machine.PublicIpAddress, 'true');
  });
});

describe('states', () => {
  test('a stopped machine keeps its disk', async () => {
    const ids = { InstanceIds: [machine.InstanceId ?? ''] };
    await cloud.ec2.send(new StopInstancesCommand(ids));
    await cloud.becomes(ids.InstanceIds[0]!, 'stopped');
    await cloud.ec2.send(new StartInstancesCommand(ids));
    machine = await cloud.becomes(ids.InstanceIds[0]!, 'running');
    expect(await cloud.ssh(machine.PublicIpAddress, 'cat /var/tmp/user-data')).toBe('ran\n');
  });

  test('a machine whose container was killed reads stopped within a second', async () => {
    const [victim] = await cloud.launch();
    const filter = ['ps', '--quiet', '--filter', `label=poolparty.instance=${victim?.InstanceId}`];
    const container = execFileSync('podman', filter, { encoding: 'utf8' }).trim();
    execFileSync('podman', ['kill', '--signal', 'KILL', container]);
    await cloud.becomes(victim?.InstanceId ?? '', 'stopped', 1_000);
    await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [victim?.InstanceId ?? ''] }));
    await cloud.becomes(victim?.InstanceId ?? '', 'terminated');
  });
});

describe('the daemon', () => {
  test('that was killed finds its machines again', async () => {
    const before = JSON.parse(await local(cloud.home, 'status', '--json')) as Status;
    process.kill(before.pid ?? 0, 'SIGKILL');
    await expect.poll(() => isRunning(before.pid)).toBe(false);
    await cloud.ssh(machine.PublicIpAddress, 'true');
    const after = JSON.parse(await local(cloud.home, 'up', '--json')) as Status;
    expect(after.endpoints).toEqual(before.endpoints);
    expect(after.access_key_id).toBe(before.access_key_id);
    expect((await cloud.look(machine.InstanceId!)).State?.Name).toBe('running');
    expect(await cloud.ssh(machine.PublicIpAddress, metadata('meta-data/instance-id'))).toBe(
      machine.InstanceId,
    );
  });

  test('is left alone by another up, and leaves nothing behind after down', async () => {
    const address = cloud.status.address ?? '';
    const first = JSON.parse(await local(cloud.home, 'up', '--json')) as Status;
    const second = JSON.parse(await local(cloud.home, 'status', '--json')) as Status;
    expect(second.pid).toBe(first.pid);
    await local(cloud.home, 'down');
    const all = [
      execFileSync('podman', ['ps', '--all', '--format', '{{.Labels}}'], { encoding: 'utf8' }),
      execFileSync('ip', ['address'], { encoding: 'utf8' }),
      execFileSync('ip', ['route'], { encoding: 'utf8' }),
    ].join();
    expect(all).not.toContain(machine.InstanceId);
    expect(all).not.toContain(address);
    expect(isRunning(first.pid)).toBe(false);
    expect(JSON.parse(await local(cloud.home, 'status', '--json'))).toMatchObject({ up: false, machines: 0 });
  });
});
