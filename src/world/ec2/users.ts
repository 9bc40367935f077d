// Who uses a security group: instances that are in it, and other groups whose rules name it.
import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { POOL_TAG } from '../../pool/pool.ts';
import type { Ec2 } from './client.ts';
import { instancesWith } from './instances.ts';

async function instancesIn(ec2: Ec2, groupId: string, pool: string): Promise<readonly string[]> {
  const found = await instancesWith(ec2, { Name: 'instance.group-id', Values: [groupId] });
  const isOurs = (tag: { Key?: string | undefined; Value?: string | undefined }) =>
    tag.Key === POOL_TAG && tag.Value === pool;
  return found.filter(({ Tags = [] }) => !Tags.some(isOurs)).map(({ InstanceId = '' }) => InstanceId);
}

async function groupsNaming(ec2: Ec2, groupId: string): Promise<readonly string[]> {
  const Filters = [{ Name: 'ip-permission.group-id', Values: [groupId] }];
  const { SecurityGroups = [] } = await ec2.call('DescribeSecurityGroups', () =>
    ec2.client.send(new DescribeSecurityGroupsCommand({ Filters })),
  );
  return SecurityGroups.map(({ GroupId = '' }) => GroupId).filter((id) => id !== groupId);
}

/** Those that are not of the pool itself. */
export async function usersOf(ec2: Ec2, groupId: string, pool: string): Promise<readonly string[]> {
  const found = await Promise.all([instancesIn(ec2, groupId, pool), groupsNaming(ec2, groupId)]);
  return found.flat();
}
