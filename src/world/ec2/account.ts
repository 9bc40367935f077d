// Everything of EC2 that an account has in one region, page by page; and the regions that it may use.
import { DescribeAddressesCommand, DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import type { AccountSight } from '../../pool/clouds.ts';
import { POOL_TAG } from '../../pool/pool.ts';
import type { Ec2 } from './client.ts';
import { instancesWith } from './instances.ts';
import { instanceOf } from './look.ts';

/** EC2 tells of addresses all at once: there are few. */
async function addresses({ client }: Ec2): Promise<AccountSight['addresses']> {
  const Filters = [{ Name: 'tag-key', Values: [POOL_TAG] }];
  const { Addresses = [] } = await client.send(new DescribeAddressesCommand({ Filters }));
  return Addresses.map(({ PublicIp = '', InstanceId, Tags = [] }) => ({
    pool: Tags.find(({ Key }) => Key === POOL_TAG)?.Value ?? '',
    ip: PublicIp,
    holder: InstanceId || undefined,
  }));
}

export async function account(ec2: Ec2): Promise<AccountSight> {
  const [all, ips] = await Promise.all([
    instancesWith(ec2),
    ec2.call('DescribeAddresses', () => addresses(ec2)),
  ]);
  return { instances: all.map(instanceOf), addresses: ips };
}

/** Those that the account has switched on, by name. */
export async function regions(ec2: Ec2): Promise<readonly string[]> {
  const { Regions = [] } = await ec2.call('DescribeRegions', () =>
    ec2.client.send(new DescribeRegionsCommand({})),
  );
  return Regions.map(({ RegionName = '' }) => RegionName).sort();
}
