// One look at EC2: the pool's instances and its address, both calls at once.
import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  type Address as Ec2Address,
  type Instance as Ec2Instance,
  type Tag,
} from '@aws-sdk/client-ec2';
import type { Instance, InstanceState } from '../../pool/instance.ts';
import { type Address, addressAmong, POOL_TAG, type Pool, poolOf, STOPPING_TAG } from '../../pool/pool.ts';
import type { Ec2 } from './client.ts';
import { instancesWith } from './instances.ts';

const tagsOf = (tags: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));

/** EC2's record in our words. Empty strings are EC2's way to say "none". */
export const instanceOf = (seen: Ec2Instance): Instance => ({
  id: seen.InstanceId ?? '',
  state: (seen.State?.Name ?? 'pending') as InstanceState,
  launchedAt: seen.LaunchTime ?? new Date(0),
  type: seen.InstanceType ?? '',
  zone: seen.Placement?.AvailabilityZone ?? '',
  privateIp: seen.PrivateIpAddress || undefined,
  publicIp: seen.PublicIpAddress || undefined,
  publicDns: seen.PublicDnsName || undefined,
  tags: tagsOf(seen.Tags),
});

export const addressOf = (seen: Ec2Address, pool: string): Address => {
  const tags = tagsOf(seen.Tags);
  return {
    ip: seen.PublicIp ?? '',
    allocationId: seen.AllocationId ?? '',
    associationId: seen.AssociationId || undefined,
    holder: seen.InstanceId || undefined,
    ours: tags[POOL_TAG] === pool,
    stopping: STOPPING_TAG in tags,
  };
};

/** `publicIp` as in the settings: 'none' asks nothing, an address is looked for by itself. */
async function addresses(ec2: Ec2, pool: string, publicIp: string): Promise<readonly Address[]> {
  if (publicIp === 'none') return [];
  const input =
    publicIp === 'auto'
      ? { Filters: [{ Name: `tag:${POOL_TAG}`, Values: [pool] }] }
      : { PublicIps: [publicIp] };
  const { Addresses = [] } = await ec2.client.send(new DescribeAddressesCommand(input));
  return Addresses.map((one) => addressOf(one, pool));
}

export async function look(ec2: Ec2, pool: string, publicIp: string): Promise<Pool> {
  const [seen, ips] = await Promise.all([
    instancesWith(ec2, { Name: `tag:${POOL_TAG}`, Values: [pool] }),
    ec2.call('DescribeAddresses', () => addresses(ec2, pool, publicIp)),
  ]);
  return poolOf({ name: pool, instances: seen.map(instanceOf), ...addressAmong(ips) });
}

const hasEnded = ({ State }: Ec2Instance): boolean =>
  ['terminated', 'shutting-down'].includes(State?.Name ?? '');

/** By id, since a pool's look leaves terminated instances out; an id that EC2 does not know yet is no failure. */
export async function ends(ec2: Ec2, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const Filters = [{ Name: 'instance-id', Values: [...ids] }];
  const answer = await ec2.call('DescribeInstances', () =>
    ec2.client.send(new DescribeInstancesCommand({ Filters })),
  );
  const found = (answer.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
  return new Map(
    found
      .filter(hasEnded)
      .map((one) => [one.InstanceId ?? '', one.StateReason?.Message ?? 'EC2 gives no reason']),
  );
}
