// The pool's security group: found by name and tag, made if absent, opened where something is missing.
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import type { Opening } from '../../plans/openings.ts';
import { groupName, POOL_TAG } from '../../pool/pool.ts';
import type { Ec2 } from './client.ts';
import { codeOf } from './errors.ts';

export async function findGroup(ec2: Ec2, pool: string): Promise<string | undefined> {
  const Filters = [
    { Name: 'group-name', Values: [groupName(pool)] },
    { Name: `tag:${POOL_TAG}`, Values: [pool] },
  ];
  const { SecurityGroups } = await ec2.call('DescribeSecurityGroups', () =>
    ec2.client.send(new DescribeSecurityGroupsCommand({ Filters })),
  );
  return SecurityGroups?.[0]?.GroupId;
}

const protocolOf = { tcp: 'tcp', udp: 'udp', icmp: 'icmp', all: '-1' } as const;

const permission = (opening: Opening, groupId: string): IpPermission => ({
  IpProtocol: protocolOf[opening.protocol],
  ...(opening.protocol === 'all' ? {} : { FromPort: opening.fromPort, ToPort: opening.toPort }),
  ...(opening.peer === 'group'
    ? { UserIdGroupPairs: [{ GroupId: groupId }] }
    : { IpRanges: [{ CidrIp: opening.peer }] }),
});

const create = async (ec2: Ec2, pool: string, vpcId: string): Promise<string> => {
  const { GroupId } = await ec2.client.send(
    new CreateSecurityGroupCommand({
      GroupName: groupName(pool),
      Description: `PoolParty's pool ${pool}`,
      VpcId: vpcId,
      TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: POOL_TAG, Value: pool }] }],
    }),
  );
  return GroupId ?? '';
};

/** An opening that is there already is no error. */
const open = async (ec2: Ec2, groupId: string, opening: Opening): Promise<void> => {
  const input = { GroupId: groupId, IpPermissions: [permission(opening, groupId)] };
  await ec2.client.send(new AuthorizeSecurityGroupIngressCommand(input)).catch((error) => {
    if (codeOf(error) !== 'InvalidPermission.Duplicate') throw error;
  });
};

export async function openGroup(
  ec2: Ec2,
  pool: string,
  vpcId: string,
  openings: readonly Opening[],
): Promise<string> {
  const groupId =
    (await findGroup(ec2, pool)) ?? (await ec2.call('CreateSecurityGroup', () => create(ec2, pool, vpcId)));
  await ec2.call('AuthorizeSecurityGroupIngress', async () => {
    await Promise.all(openings.map((opening) => open(ec2, groupId, opening)));
  });
  return groupId;
}

export async function deleteGroup(ec2: Ec2, id: string): Promise<void> {
  await ec2.call('DeleteSecurityGroup', () =>
    ec2.client.send(new DeleteSecurityGroupCommand({ GroupId: id })).catch((error) => {
      if (codeOf(error) !== 'InvalidGroup.NotFound') throw error;
    }),
  );
}
