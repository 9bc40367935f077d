// The images that an id, an alias or a name of one's own stands for.
import { type Image as Ec2Image, paginateDescribeImages } from '@aws-sdk/client-ec2';
import { aliasOf } from '../../pool/image-aliases.ts';
import type { Image } from '../../pool/offers.ts';
import type { Ec2 } from './client.ts';

const AVAILABLE = { Name: 'state', Values: ['available'] };

function query(ami: string) {
  if (ami.startsWith('ami-')) return { ImageIds: [ami] };
  const alias = aliasOf(ami);
  const names = { Name: 'name', Values: [...(alias?.names ?? [ami])] };
  return { Owners: [alias?.owner ?? 'self'], Filters: [names, AVAILABLE] };
}

function imageOf(seen: Ec2Image): Image {
  const root = seen.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === seen.RootDeviceName);
  return {
    id: seen.ImageId ?? '',
    name: seen.Name ?? '',
    architecture: seen.Architecture ?? 'x86_64',
    created: seen.CreationDate ?? '',
    rootDevice: seen.RootDeviceName,
    rootSize: root?.Ebs?.VolumeSize,
  };
}

/** All that are available, page by page, of every architecture, in no order; none where there is no such name. */
export async function images(ec2: Ec2, ami: string): Promise<readonly Image[]> {
  return await ec2.call('DescribeImages', async () => {
    const found: Image[] = [];
    for await (const page of paginateDescribeImages({ client: ec2.client }, query(ami)))
      found.push(...(page.Images ?? []).map(imageOf));
    return found;
  });
}
