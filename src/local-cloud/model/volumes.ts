// The root volume that a launch asks for: checked as EC2 checks it, with the image's own values for what is not said.
import type { BlockDeviceMapping, RunInstancesRequest, VolumeType } from '@aws-sdk/client-ec2';
import { ApiError, invalidValue } from '../api/errors.ts';
import { idOf } from './ids.ts';
import type { MachineImage } from './images.ts';
import type { Volume } from './state.ts';

export const ROOT_DEVICE = '/dev/xvda';
/** The size of every image here, GiB. */
export const IMAGE_SIZE = 8;
const TYPES: readonly string[] = ['gp2', 'gp3', 'io1', 'io2', 'st1', 'sc1', 'standard'];

/** What an instance has that says nothing of volumes, also one that was launched before they were kept. */
export const USUAL: Volume = { size: IMAGE_SIZE, type: 'gp3', encrypted: false, goesAlong: true };

const wrong = (message: string): ApiError => new ApiError('InvalidBlockDeviceMapping', message);

function sizeOf(asked: number | undefined, image: MachineImage): number {
  const size = asked ?? IMAGE_SIZE;
  if (size < IMAGE_SIZE)
    throw wrong(
      `Volume of size ${size}GB is smaller than snapshot '${idOf('snap', image.name)}', expect size >= ${IMAGE_SIZE}GB`,
    );
  if (size > 16_384)
    throw invalidValue('volumeSize', String(size), 'The maximum size of a volume is 16384 GiB.');
  return size;
}

function typeOf(asked: string | undefined): VolumeType {
  const type = asked ?? 'gp3';
  if (!TYPES.includes(type)) throw invalidValue('volumeType', type);
  return type as VolumeType;
}

function only(mappings: readonly BlockDeviceMapping[]): BlockDeviceMapping {
  const strange = mappings.find(({ DeviceName }) => DeviceName !== ROOT_DEVICE);
  if (strange !== undefined)
    throw new ApiError(
      'Unsupported',
      `The local cloud gives each instance one volume, ${ROOT_DEVICE}; it has none for ${strange.DeviceName}.`,
    );
  if (mappings.length > 1) throw wrong(`${ROOT_DEVICE} is mapped more than once`);
  return mappings[0] ?? {};
}

/** Throws InvalidBlockDeviceMapping for a volume that EC2 would not make. */
export function volumeFor(input: RunInstancesRequest, image: MachineImage): Volume {
  const ebs = only(input.BlockDeviceMappings ?? []).Ebs ?? {};
  return {
    size: sizeOf(ebs.VolumeSize, image),
    type: typeOf(ebs.VolumeType),
    encrypted: ebs.Encrypted ?? false,
    goesAlong: ebs.DeleteOnTermination ?? true,
  };
}
