// What a launch may ask for beside its image: a volume, a market, a type that its zone has, within the quotas.
import {
  AllocateAddressCommand,
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  type Instance,
  paginateDescribeImages,
  paginateDescribeSubnets,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IMAGES } from '../../../../src/local-cloud/model/images.ts';
import { subnetId } from '../../../../src/local-cloud/model/zones.ts';
import { servedCloud } from '../cloud.fixture.ts';

let served: Awaited<ReturnType<typeof servedCloud>>;
beforeEach(async () => {
  served = await servedCloud({ addressLimit: 2, vcpuLimit: 4 });
});
afterEach(() => served.close());

const launch = async (more: Partial<RunInstancesCommandInput> = {}): Promise<Instance> => {
  const input = { ImageId: IMAGES[0]?.id, InstanceType: 't3.small' as const, MinCount: 1, MaxCount: 1 };
  const { Instances } = await served.ec2.send(new RunInstancesCommand({ ...input, ...more }));
  if (Instances?.[0] === undefined) throw new Error('nothing was launched');
  return Instances[0];
};
const root = (Ebs: object) => ({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] });
const spot = (SpotOptions = {}) => ({ InstanceMarketOptions: { MarketType: 'spot' as const, SpotOptions } });
const failing = (name: string, message = '') =>
  expect.objectContaining({ name, message: expect.stringContaining(message) });

describe('a volume', () => {
  test('is as it was asked for, and carries its own tags', async () => {
    const Tags = [{ Key: 'poolparty:pool', Value: 'party' }];
    const asked = root({ VolumeSize: 20, VolumeType: 'gp3', Encrypted: true });
    await launch({ ...asked, TagSpecifications: [{ ResourceType: 'volume', Tags }] });
    const { Volumes } = await served.ec2.send(new DescribeVolumesCommand({}));
    expect(Volumes).toMatchObject([{ Size: 20, VolumeType: 'gp3', Encrypted: true, State: 'in-use', Tags }]);
  });

  test('smaller than its image is refused', async () => {
    await expect(launch(root({ VolumeSize: 4 }))).rejects.toEqual(
      failing('InvalidBlockDeviceMapping', 'smaller than snapshot'),
    );
  });

  test('beside the root is refused, since there is none', async () => {
    const other = { BlockDeviceMappings: [{ DeviceName: '/dev/sdb', Ebs: { VolumeSize: 20 } }] };
    await expect(launch(other)).rejects.toEqual(failing('Unsupported', '/dev/sdb'));
  });
});

describe('a spot instance', () => {
  test('says so, and its request carries tags', async () => {
    const Tags = [{ Key: 'poolparty:pool', Value: 'party' }];
    const one = await launch({
      ...spot({ SpotInstanceType: 'one-time' }),
      TagSpecifications: [{ ResourceType: 'spot-instances-request', Tags }],
    });
    expect(one).toMatchObject({
      InstanceLifecycle: 'spot',
      SpotInstanceRequestId: expect.stringMatching(/^sir-/),
    });
    const found = await served.ec2.send(new DescribeTagsCommand({}));
    expect(found.Tags).toMatchObject([
      {
        ResourceId: one.SpotInstanceRequestId,
        ResourceType: 'spot-instances-request',
        Key: 'poolparty:pool',
      },
    ]);
  });

  test('on demand there is no lifecycle', async () => {
    expect(await launch()).not.toHaveProperty('InstanceLifecycle');
  });

  test.for([
    ['persistent', { SpotInstanceType: 'persistent' }, 'Unsupported'],
    ['stopped when interrupted', { InstanceInterruptionBehavior: 'stop' }, 'InvalidParameterValue'],
  ] as const)('%s is refused', async ([, options, code]) => {
    await expect(launch(spot(options))).rejects.toEqual(failing(code));
  });
});

describe('quotas', () => {
  test('so many vCPUs on demand, and so many on spot', async () => {
    await launch({ MaxCount: 2 });
    await expect(launch()).rejects.toEqual(failing('VcpuLimitExceeded', 'current vCPU limit of 4'));
    await launch({ MaxCount: 2, ...spot() });
    await expect(launch(spot())).rejects.toEqual(failing('MaxSpotInstanceCountExceeded'));
  });

  test('so many addresses', async () => {
    const allocate = () => served.ec2.send(new AllocateAddressCommand({}));
    await allocate();
    await allocate();
    await expect(allocate()).rejects.toEqual(failing('AddressLimitExceeded'));
  });
});

test('a zone without a type refuses it, and does not offer it', async () => {
  const inC = { InstanceType: 't2.micro' as const, SubnetId: subnetId('c') };
  await expect(launch(inC)).rejects.toEqual(failing('Unsupported', 'choosing us-east-1a, us-east-1b'));
  const Filters = [{ Name: 'instance-type', Values: ['t2.micro'] }];
  const asked = { LocationType: 'availability-zone' as const, Filters };
  const { InstanceTypeOfferings = [] } = await served.ec2.send(
    new DescribeInstanceTypeOfferingsCommand(asked),
  );
  expect(InstanceTypeOfferings.map(({ Location }) => Location)).toEqual(['us-east-1a', 'us-east-1b']);
});

test('images and subnets come in pages, and all of them come', async () => {
  const { Images = [] } = await served.ec2.send(new DescribeImagesCommand({}));
  expect(Images.length).toBe(IMAGES.length);
  const images: string[] = [];
  for await (const { Images: page = [] } of paginateDescribeImages({ client: served.ec2, pageSize: 5 }, {}))
    images.push(...page.map(({ ImageId }) => ImageId ?? ''));
  expect(images).toEqual(Images.map(({ ImageId }) => ImageId));
  let subnets = 0;
  for await (const { Subnets = [] } of paginateDescribeSubnets({ client: served.ec2, pageSize: 5 }, {}))
    subnets += Subnets.length;
  expect(subnets).toBe(3);
});
