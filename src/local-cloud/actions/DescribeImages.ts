// DescribeImages: the images that machines boot from.
import {
  DescribeImages$,
  type DescribeImagesRequest,
  type DescribeImagesResult,
  type Image,
} from '@aws-sdk/client-ec2';
import { type Fields, filtered } from '../model/filters.ts';
import { findImage } from '../model/find.ts';
import { ACCOUNT, idOf } from '../model/ids.ts';
import { IMAGES, type MachineImage } from '../model/images.ts';
import { page } from '../model/pages.ts';
import type { State } from '../model/state.ts';
import { IMAGE_SIZE, ROOT_DEVICE } from '../model/volumes.ts';
import { tagsOf } from '../views/tags.ts';
import { action, type Call } from './action.ts';

const fields: Fields<Image> = {
  architecture: (image) => [image.Architecture],
  'creation-date': (image) => [image.CreationDate],
  description: (image) => [image.Description],
  'image-id': (image) => [image.ImageId],
  'image-type': (image) => [image.ImageType],
  'is-public': (image) => [image.Public],
  name: (image) => [image.Name],
  'owner-id': (image) => [image.OwnerId],
  'root-device-name': (image) => [image.RootDeviceName],
  'root-device-type': (image) => [image.RootDeviceType],
  state: (image) => [image.State],
  'virtualization-type': (image) => [image.VirtualizationType],
};

const view = (state: State, image: MachineImage): Image => ({
  ImageId: image.id,
  Name: image.name,
  Description: image.description,
  OwnerId: image.owner,
  ImageLocation: `${image.owner}/${image.name}`,
  CreationDate: image.created,
  Public: image.owner !== ACCOUNT,
  State: 'available',
  Architecture: 'x86_64',
  ImageType: 'machine',
  Hypervisor: 'xen',
  VirtualizationType: 'hvm',
  EnaSupport: true,
  ImdsSupport: 'v2.0',
  RootDeviceType: 'ebs',
  RootDeviceName: ROOT_DEVICE,
  BlockDeviceMappings: [
    {
      DeviceName: ROOT_DEVICE,
      Ebs: {
        DeleteOnTermination: true,
        SnapshotId: idOf('snap', image.name),
        VolumeSize: IMAGE_SIZE,
        VolumeType: 'gp3',
      },
    },
  ],
  PlatformDetails: 'Linux/UNIX',
  UsageOperation: 'RunInstances',
  Tags: tagsOf(state, image.id),
});

const isOwnedBy = (image: MachineImage, owner: string): boolean =>
  image.owner === (owner === 'self' ? ACCOUNT : owner);

function run(input: DescribeImagesRequest, { state }: Call): DescribeImagesResult {
  const named = (input.ImageIds ?? []).map((id) => findImage(id));
  const chosen = named.length > 0 ? named : IMAGES;
  const owned = chosen.filter(
    (image) => !input.Owners?.length || input.Owners.some((one) => isOwnedBy(image, one)),
  );
  const key = (image: Image): string => image.ImageId ?? '';
  const views = owned.map((image) => view(state, image));
  const kept = filtered(views, input.Filters, fields).sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const { items, next } = page(kept, input, key);
  return { Images: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeImages = action(DescribeImages$, run);
