// What EC2's documentation says, and other clients' own tests hold against a cloud.
import {
  CreateVpcCommand,
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstanceTypesCommand,
  DescribeRegionsCommand,
  DescribeVpcClassicLinkCommand,
  DescribeVpcClassicLinkDnsSupportCommand,
  DescribeVpcsCommand,
  type InstanceAttributeName,
  RebootInstancesCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IMAGES } from '../../../../src/local-cloud/model/images.ts';
import { servedCloud } from '../cloud.fixture.ts';

let served: Awaited<ReturnType<typeof servedCloud>>;
beforeAll(async () => {
  served = await servedCloud();
});
afterAll(() => served.close());

test.for([
  ['us-east-1', 'use1-az1'],
  ['ap-northeast-1', 'apne1-az1'],
  ['ap-northeast-3', 'apne3-az1'],
  ['ap-southeast-5', 'apse5-az1'],
  ['ap-south-2', 'aps2-az1'],
  ['cn-north-1', 'cnn1-az1'],
  ['cn-northwest-1', 'cnnw1-az1'],
  ['us-gov-west-1', 'usgw1-az1'],
  ['us-gov-east-1', 'usge1-az1'],
  ['ca-central-1', 'cac1-az1'],
  ['eu-west-3', 'euw3-az1'],
  ['il-central-1', 'ilc1-az1'],
  ['mx-central-1', 'mxc1-az1'],
  ['me-south-1', 'mes1-az1'],
  ['af-south-1', 'afs1-az1'],
  ['sa-east-1', 'sae1-az1'],
])('foreign A2: the zones of %s have ids like %s', async ([region, id]) => {
  const client = served.clientOf(undefined, region);
  const { AvailabilityZones = [] } = await client.send(new DescribeAvailabilityZonesCommand({}));
  client.destroy();
  expect(AvailabilityZones[0]).toMatchObject({ ZoneName: `${region}a`, ZoneId: id });
});

test('a region that is none is refused by name', async () => {
  const none = served.ec2.send(new DescribeRegionsCommand({ RegionNames: ['us-east-1', 'xx-nowhere-9'] }));
  await expect(none).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test.for([
  ['terminate', () => served.ec2.send(new TerminateInstancesCommand({ InstanceIds: [] }))],
  ['stop', () => served.ec2.send(new StopInstancesCommand({ InstanceIds: [] }))],
  ['start', () => served.ec2.send(new StartInstancesCommand({ InstanceIds: [] }))],
  ['reboot', () => served.ec2.send(new RebootInstancesCommand({ InstanceIds: [] }))],
] as const)('foreign A2: to %s nothing is an error in its own words', async ([, ask]) => {
  await expect(ask()).rejects.toMatchObject({
    name: 'InvalidParameterCombination',
    message: 'No instances specified',
  });
});

test('foreign A2: of several unknown images all are named', async () => {
  const ids = ['ami-00000000', 'ami-11111111'];
  await expect(served.ec2.send(new DescribeImagesCommand({ ImageIds: ids }))).rejects.toMatchObject({
    name: 'InvalidAMIID.NotFound',
    message: "The image ids '[ami-00000000, ami-11111111]' do not exist",
  });
  const one = served.ec2.send(new DescribeImagesCommand({ ImageIds: ids.slice(1) }));
  await expect(one).rejects.toMatchObject({ message: "The image id '[ami-11111111]' does not exist" });
});

describe('foreign A2: an instance type', () => {
  test('tells of its network, and t2 is a current generation', async () => {
    const { InstanceTypes = [] } = await served.ec2.send(new DescribeInstanceTypesCommand({}));
    for (const { NetworkInfo } of InstanceTypes) {
      expect(NetworkInfo?.MaximumNetworkInterfaces).toBeGreaterThan(1);
      expect(['required', 'supported', 'unsupported']).toContain(NetworkInfo?.EnaSupport);
    }
    const old = InstanceTypes.filter(({ CurrentGeneration }) => !CurrentGeneration);
    expect(old.map(({ InstanceType }) => InstanceType)).toEqual(['m1.small']);
  });
});

test('foreign A2: every documented attribute of an instance is answered, also with none', async () => {
  const input = { ImageId: IMAGES[0]?.id, InstanceType: 't3.nano' as const, MinCount: 1, MaxCount: 1 };
  const { Instances = [] } = await served.ec2.send(new RunInstancesCommand(input));
  const InstanceId = Instances[0]?.InstanceId ?? '';
  const names: InstanceAttributeName[] = [
    ...(['instanceType', 'kernel', 'ramdisk', 'userData', 'disableApiTermination'] as const),
    ...(['instanceInitiatedShutdownBehavior', 'rootDeviceName', 'blockDeviceMapping'] as const),
    ...(['productCodes', 'sourceDestCheck', 'groupSet', 'ebsOptimized', 'sriovNetSupport'] as const),
    ...(['enaSupport', 'enclaveOptions', 'disableApiStop'] as const),
  ];
  for (const Attribute of names) {
    const answer = await served.ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute }));
    expect(answer.InstanceId).toBe(InstanceId);
  }
});

test("foreign B: what Ansible asks of a network's links to EC2-Classic is answered with none", async () => {
  const { Vpcs = [] } = await served.ec2.send(new DescribeVpcsCommand({}));
  const VpcIds = Vpcs.map(({ VpcId }) => VpcId ?? '');
  expect((await served.ec2.send(new DescribeVpcClassicLinkCommand({ VpcIds }))).Vpcs).toEqual([]);
  expect((await served.ec2.send(new DescribeVpcClassicLinkDnsSupportCommand({ VpcIds }))).Vpcs).toEqual([]);
  await expect(served.ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }))).rejects.toMatchObject({
    name: 'InvalidAction',
  });
});
