// The pool's volumes: EC2 takes money for them, also when no instance has them any more.
import { type Volume as Ec2Volume, paginateDescribeVolumes } from '@aws-sdk/client-ec2';
import { POOL_TAG } from '../../pool/pool.ts';
import type { Volume } from '../../pool/volume.ts';
import type { Ec2 } from './client.ts';

/** A page as big as EC2 makes them: each one is a call, and EC2 counts our calls. */
const PAGE = 1_000;

const volumeOf = ({ VolumeId, Size, AvailabilityZone, Attachments = [] }: Ec2Volume): Volume => ({
  id: VolumeId ?? '',
  size: Size ?? 0,
  zone: AvailabilityZone ?? '',
  holders: Attachments.map(({ InstanceId = '' }) => InstanceId),
  goesAlong: Attachments.some(({ DeleteOnTermination }) => DeleteOnTermination === true),
});

/** Those with the pool's tag that are not on their way out, in the order of their ids. */
export async function volumesOf(ec2: Ec2, pool: string): Promise<readonly Volume[]> {
  const Filters = [
    { Name: `tag:${POOL_TAG}`, Values: [pool] },
    { Name: 'status', Values: ['available', 'in-use'] },
  ];
  const found: Volume[] = [];
  await ec2.call('DescribeVolumes', async () => {
    const pages = paginateDescribeVolumes({ client: ec2.client, pageSize: PAGE }, { Filters });
    for await (const { Volumes = [] } of pages) found.push(...Volumes.map(volumeOf));
  });
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}
