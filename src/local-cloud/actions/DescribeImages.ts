// DescribeImages: the images that machines boot from.
import {
  DescribeImages$,
  type DescribeImagesRequest,
  type DescribeImagesResult,
  type Image,
} from '@aws-sdk/client-ec2';
import { imageFields } from '../filters/images.ts';
import { filtered } from '../model/filters.ts';
import { findImages } from '../model/find.ts';
import { ACCOUNT, idOf } from '../model/ids.ts';
import { IMAGES, type MachineImage } from '../model/images.ts';
import { page } from '../model/pages.ts';
import type { State } from '../model/state.ts';
import { IMAGE_SIZE, ROOT_DEVICE } from '../model/volumes.ts';
import { tagsOf } from '../views/tags.ts';
import { action, type Call } from './action.ts';

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
        Encrypted: false,
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
  const named = findImages(input.ImageIds ?? []);
  const chosen = named.length > 0 ? named : IMAGES;
  const owned = chosen.filter(
    (image) => !input.Owners?.length || input.Owners.some((one) => isOwnedBy(image, one)),
  );
  const key = (image: Image): string => image.ImageId ?? '';
  const views = owned.map((image) => view(state, image));
  const kept = filtered(views, input.Filters, imageFields).sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const { items, next } = page(kept, input, key, 1);
  return { Images: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeImages = action(DescribeImages$, run, imageFields);
