// DescribeVolumes: the root volume of every instance that there is.
import {
  DescribeVolumes$,
  type DescribeVolumesRequest,
  type DescribeVolumesResult,
  type Volume,
} from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { type Fields, filtered } from '../model/filters.ts';
import { idOf, volumeOf } from '../model/ids.ts';
import { imageById } from '../model/images.ts';
import { page } from '../model/pages.ts';
import type { Instance, State } from '../model/state.ts';
import { ROOT_DEVICE, USUAL } from '../model/volumes.ts';
import { zoneName } from '../model/zones.ts';
import { tagsOf } from '../views/tags.ts';
import { action, type Call } from './action.ts';

const fields: Fields<Volume> = {
  'attachment.device': (volume) => (volume.Attachments ?? []).map((one) => one.Device),
  'attachment.instance-id': (volume) => (volume.Attachments ?? []).map((one) => one.InstanceId),
  'availability-zone': (volume) => [volume.AvailabilityZone],
  encrypted: (volume) => [volume.Encrypted],
  size: (volume) => [volume.Size],
  status: (volume) => [volume.State],
  'volume-id': (volume) => [volume.VolumeId],
  'volume-type': (volume) => [volume.VolumeType],
};

const view = (state: State, instance: Instance, region: string): Volume => {
  const { size, type, encrypted, goesAlong } = instance.volume ?? USUAL;
  const id = volumeOf(instance.id);
  const made = new Date(instance.launchTime);
  return {
    VolumeId: id,
    Size: size,
    VolumeType: type,
    Encrypted: encrypted,
    SnapshotId: idOf('snap', imageById(instance.imageId)?.name ?? ''),
    AvailabilityZone: zoneName(region, instance.zone),
    State: 'in-use',
    CreateTime: made,
    Attachments: [
      {
        AttachTime: made,
        DeleteOnTermination: goesAlong,
        Device: ROOT_DEVICE,
        InstanceId: instance.id,
        State: 'attached',
        VolumeId: id,
      },
    ],
    Tags: tagsOf(state, id),
  };
};

function run(input: DescribeVolumesRequest, { state, region }: Call): DescribeVolumesResult {
  const all = Object.values(state.instances)
    .filter((instance) => instance.state !== 'terminated')
    .map((instance) => view(state, instance, region));
  const ids = input.VolumeIds ?? [];
  const absent = ids.find((id) => all.every((volume) => volume.VolumeId !== id));
  if (absent !== undefined)
    throw new ApiError('InvalidVolume.NotFound', `The volume '${absent}' does not exist.`);
  const named = ids.length > 0 ? all.filter((volume) => ids.includes(volume.VolumeId ?? '')) : all;
  const key = (volume: Volume): string => volume.VolumeId ?? '';
  const kept = filtered(named, input.Filters, fields).sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const { items, next } = page(kept, input, key);
  return { Volumes: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeVolumes = action(DescribeVolumes$, run);
