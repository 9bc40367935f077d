// EC2 as others see it: what stands in the account whose machines, addresses and groups we count.
import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { idOf } from '../../../src/local-cloud/model/ids.ts';

const LIVING = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'];

/** Ids of all that the account holds with this pool's tag, ended instances left out. */
export async function holdings(ec2: EC2Client, pool: string) {
  const tag = { Name: 'tag:poolparty:pool', Values: [pool] };
  const living = { Name: 'instance-state-name', Values: LIVING };
  const [{ Reservations = [] }, { Addresses = [] }, { SecurityGroups = [] }] = await Promise.all([
    ec2.send(new DescribeInstancesCommand({ Filters: [tag, living] })),
    ec2.send(new DescribeAddressesCommand({ Filters: [tag] })),
    ec2.send(new DescribeSecurityGroupsCommand({ Filters: [tag] })),
  ]);
  return {
    instances: Reservations.flatMap(({ Instances = [] }) => Instances.map((one) => one.InstanceId ?? '')),
    addresses: Addresses.map(({ PublicIp }) => PublicIp ?? ''),
    groups: SecurityGroups.map(({ GroupName }) => GroupName ?? ''),
  };
}

/** An instance that somebody else launched, with these tags. */
export async function launchForeign(ec2: EC2Client, tags: Record<string, string>): Promise<string> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: idOf('ami', 'poolparty'),
      InstanceType: 't3.nano',
      MinCount: 1,
      MaxCount: 1,
      ...(Tags.length > 0 ? { TagSpecifications: [{ ResourceType: 'instance', Tags }] } : {}),
    }),
  );
  return Instances[0]?.InstanceId ?? '';
}

export async function stateOf(ec2: EC2Client, id: string): Promise<string | undefined> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations?.[0]?.Instances?.[0]?.State?.Name;
}

export const endForeign = (ec2: EC2Client, ids: readonly string[]) =>
  ec2.send(new TerminateInstancesCommand({ InstanceIds: [...ids] }));
