// A volume that somebody keeps outlives its instance, is found by its tags, and goes when it is deleted.
import {
  CreateTagsCommand,
  DeleteVolumeCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { forget } from '../../../../src/local-cloud/life/pulse.ts';
import { IMAGES } from '../../../../src/local-cloud/model/images.ts';
import { servedCloud } from '../cloud.fixture.ts';

const Tags = [{ Key: 'poolparty:pool', Value: 'party' }];
const failing = (name: string) => expect.objectContaining({ name });
let served: Awaited<ReturnType<typeof servedCloud>>;

beforeEach(async () => {
  served = await servedCloud({ terminatedVisible: -1 });
});
afterEach(() => served.close());

const launch = async (Ebs: object = {}): Promise<string> => {
  const { Instances } = await served.ec2.send(
    new RunInstancesCommand({
      ...{ ImageId: IMAGES[0]!.id, InstanceType: 't3.small', MinCount: 1, MaxCount: 1 },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 20, ...Ebs } }],
      Placement: { AvailabilityZone: 'us-east-1b' },
      TagSpecifications: [{ ResourceType: 'volume', Tags }],
    }),
  );
  return Instances?.[0]?.InstanceId ?? '';
};
const volumeOf = (id: string) => id.replace('i-', 'vol-');
const modify = (InstanceId: string, DeviceName: string, DeleteOnTermination: boolean) =>
  served.ec2.send(
    new ModifyInstanceAttributeCommand({
      InstanceId,
      BlockDeviceMappings: [{ DeviceName, Ebs: { DeleteOnTermination } }],
    }),
  );
const volumes = async () => (await served.ec2.send(new DescribeVolumesCommand({}))).Volumes ?? [];
const remove = (VolumeId: string) => served.ec2.send(new DeleteVolumeCommand({ VolumeId }));
const end = async (id: string): Promise<void> => {
  await served.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await vi.waitFor(() => expect(served.cloud.state.instances[id]?.state).toBe('terminated'), { interval: 5 });
};

describe('a volume', () => {
  test('goes with its instance', async () => {
    const id = await launch();
    await end(id);
    expect(await volumes()).toEqual([]);
    await expect(remove(volumeOf(id))).rejects.toEqual(failing('InvalidVolume.NotFound'));
  });

  test.for<[string, (id: string) => unknown, object]>([
    ['at its launch', () => undefined, { DeleteOnTermination: false }],
    ['later', (id) => modify(id, '/dev/xvda', false), {}],
  ])(
    'that is kept, said %s, outlives it, with its tags, also when its instance is forgotten',
    async (row) => {
      const [, keep, ebs] = row;
      const id = await launch(ebs);
      await keep(id);
      expect(await volumes()).toMatchObject([
        { State: 'in-use', Attachments: [{ InstanceId: id, DeleteOnTermination: false }] },
      ]);
      await expect(remove(volumeOf(id))).rejects.toEqual(failing('VolumeInUse'));
      await end(id);
      forget(served.cloud);
      expect(served.cloud.state.instances).toEqual({});
      const [left, ...others] = await volumes();
      expect(others).toEqual([]);
      expect(left).toMatchObject({
        ...{ VolumeId: volumeOf(id), State: 'available', Size: 20, AvailabilityZone: 'us-east-1b', Tags },
      });
      expect(left?.Attachments ?? []).toEqual([]);
    },
  );

  test('that was left takes tags, and is gone with them when it is deleted', async () => {
    const id = volumeOf(await launch({ DeleteOnTermination: false }));
    await end(id.replace('vol-', 'i-'));
    const tag = { Resources: [id], Tags: [{ Key: 'why', Value: 'mine' }] };
    await served.ec2.send(new CreateTagsCommand(tag));
    expect((await volumes())[0]?.Tags).toEqual([...Tags, ...tag.Tags]);
    await remove(id);
    expect(await volumes()).toEqual([]);
    expect((await served.ec2.send(new DescribeTagsCommand({}))).Tags ?? []).toEqual([]);
    await expect(remove(id)).rejects.toEqual(failing('InvalidVolume.NotFound'));
    await expect(served.ec2.send(new CreateTagsCommand(tag))).rejects.toEqual(
      failing('InvalidVolume.NotFound'),
    );
  });

  test('may go after all: the last word counts', async () => {
    const id = await launch({ DeleteOnTermination: false });
    await modify(id, '/dev/xvda', true);
    await end(id);
    expect(await volumes()).toEqual([]);
  });
});

test('a device that the instance does not have is refused, and nothing is changed', async () => {
  const id = await launch();
  await expect(modify(id, '/dev/sdb', false)).rejects.toEqual(failing('InvalidInstanceAttributeValue'));
  await end(id);
  expect(await volumes()).toEqual([]);
});

test('an id that is none of a volume is refused', async () => {
  await expect(remove('i-0123456789abcdef0')).rejects.toEqual(failing('InvalidVolumeID.Malformed'));
});
