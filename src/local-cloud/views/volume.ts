// A volume as DescribeVolumes shows it: an instance's root volume, or one that outlived its instance.
import type { Volume } from '@aws-sdk/client-ec2';
import { idOf, volumeOf } from '../model/ids.ts';
import { imageById } from '../model/images.ts';
import type { Instance, LeftVolume, State } from '../model/state.ts';
import { ROOT_DEVICE, USUAL } from '../model/volumes.ts';
import { zoneName } from '../model/zones.ts';
import { tagsOf } from './tags.ts';

const ownView = (state: State, volume: LeftVolume, region: string): Volume => ({
  VolumeId: volume.id,
  Size: volume.size,
  VolumeType: volume.type,
  Encrypted: volume.encrypted,
  SnapshotId: idOf('snap', imageById(volume.imageId)?.name ?? ''),
  AvailabilityZone: zoneName(region, volume.zone),
  CreateTime: new Date(volume.created),
  Tags: tagsOf(state, volume.id),
});

/** One that no instance has any more. */
export const leftVolumeView = (state: State, volume: LeftVolume, region: string): Volume => ({
  ...ownView(state, volume, region),
  State: 'available',
  Attachments: [],
});

/** That of an instance which is there. */
export function rootVolumeView(state: State, instance: Instance, region: string): Volume {
  const { goesAlong, ...volume } = instance.volume ?? USUAL;
  const { zone, imageId, launchTime: created } = instance;
  const id = volumeOf(instance.id);
  const attachment = {
    AttachTime: new Date(created),
    DeleteOnTermination: goesAlong,
    Device: ROOT_DEVICE,
    InstanceId: instance.id,
    State: 'attached' as const,
    VolumeId: id,
  };
  return {
    ...ownView(state, { ...volume, id, zone, imageId, created }, region),
    State: 'in-use',
    Attachments: [attachment],
  };
}
