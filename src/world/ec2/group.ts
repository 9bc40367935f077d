// The pool's security group: found by name and tag, made if absent, its rules opened and closed.
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  paginateDescribeSecurityGroups,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { FoundRule, RuleChanges } from '../../plans/group-rules.ts';
import type { Opening } from '../../plans/openings.ts';
import type { FoundGroup } from '../../plans/own-group.ts';
import { groupName, POOL_TAG } from '../../pool/pool.ts';
import type { Ec2 } from './client.ts';
import { codeOf, unless } from './errors.ts';
import { onceKnown, untilTold } from './young.ts';

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

/** Every way in of one permission; a peer of a kind that we never use shows as its id or range. */
function rulesOf(permission: IpPermission, groupId: string): readonly FoundRule[] {
  const { IpProtocol = '', FromPort = 0, ToPort = 65_535 } = permission;
  const rule = (peer: string | undefined, about: string | undefined): FoundRule => ({
    ...{ protocol: IpProtocol, fromPort: FromPort, toPort: ToPort, peer: peer ?? '', about },
  });
  return [
    ...(permission.IpRanges ?? []).map((one) => rule(one.CidrIp, one.Description)),
    ...(permission.Ipv6Ranges ?? []).map((one) => rule(one.CidrIpv6, one.Description)),
    ...(permission.PrefixListIds ?? []).map((one) => rule(one.PrefixListId, one.Description)),
    ...(permission.UserIdGroupPairs ?? []).map((one) =>
      rule(one.GroupId === groupId ? 'group' : one.GroupId, one.Description),
    ),
  ];
}

const groupOf = ({ GroupId = '', VpcId = '', Tags = [], IpPermissions = [] }: SecurityGroup): FoundGroup => ({
  id: GroupId,
  vpcId: VpcId,
  pool: Tags.find(({ Key }) => Key === POOL_TAG)?.Value,
  rules: IpPermissions.flatMap((one) => rulesOf(one, GroupId)),
});

/** Every group that has the pool's name for it, whoever made it, in whatever network. */
export async function groupsNamed(ec2: Ec2, pool: string): Promise<readonly FoundGroup[]> {
  const input = { Filters: [{ Name: 'group-name', Values: [groupName(pool)] }] };
  return await ec2.call('DescribeSecurityGroups', async () => {
    const found: FoundGroup[] = [];
    for await (const page of paginateDescribeSecurityGroups({ client: ec2.client }, input))
      found.push(...(page.SecurityGroups ?? []).map(groupOf));
    return found;
  });
}

const protocolOf = (protocol: string): string => (protocol === 'all' ? '-1' : protocol);

const permission = (rule: Opening | FoundRule, groupId: string): IpPermission => {
  const IpProtocol = protocolOf(rule.protocol);
  const said = rule.about === undefined ? {} : { Description: rule.about };
  return {
    IpProtocol,
    ...(IpProtocol === '-1' ? {} : { FromPort: rule.fromPort, ToPort: rule.toPort }),
    ...(rule.peer === 'group'
      ? { UserIdGroupPairs: [{ GroupId: groupId, ...said }] }
      : { IpRanges: [{ CidrIp: rule.peer, ...said }] }),
  };
};

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

/** A group that was made a moment ago, by an answer that was lost or by another, is not told of yet: it is waited for. */
const make = async (ec2: Ec2, pool: string, vpcId: string): Promise<string> =>
  await ec2.call('CreateSecurityGroup', async () => {
    try {
      return await create(ec2, pool, vpcId);
    } catch (error) {
      if (codeOf(error) !== 'InvalidGroup.Duplicate') throw error;
      const found = await untilTold(() => findGroup(ec2, pool));
      if (found === undefined) throw error;
      return found;
    }
  });

/** One call for each rule: EC2 refuses all of a call for one that somebody else was faster with. */
export async function changeGroup(ec2: Ec2, groupId: string, { open, close }: RuleChanges): Promise<void> {
  const input = (rule: Opening | FoundRule) => ({
    GroupId: groupId,
    IpPermissions: [permission(rule, groupId)],
  });
  await ec2.call('AuthorizeSecurityGroupIngress', async () => {
    const send = (rule: Opening) => ec2.client.send(new AuthorizeSecurityGroupIngressCommand(input(rule)));
    await Promise.all(open.map((rule) => unless('InvalidPermission.Duplicate', () => send(rule))));
  });
  await ec2.call('RevokeSecurityGroupIngress', async () => {
    const send = (rule: FoundRule) => ec2.client.send(new RevokeSecurityGroupIngressCommand(input(rule)));
    await Promise.all(close.map((rule) => unless('InvalidPermission.NotFound', () => send(rule))));
  });
}

export async function openGroup(
  ec2: Ec2,
  pool: string,
  vpcId: string,
  openings: readonly Opening[],
): Promise<string> {
  // One that is not known is a moment old, or a look that lags has shown one that is deleted: it is looked for again.
  return await onceKnown('InvalidGroup.NotFound', async () => {
    const groupId = (await findGroup(ec2, pool)) ?? (await make(ec2, pool, vpcId));
    await changeGroup(ec2, groupId, { open: openings, close: [] });
    return groupId;
  });
}

export async function deleteGroup(ec2: Ec2, id: string): Promise<void> {
  await ec2.call('DeleteSecurityGroup', () =>
    unless('InvalidGroup.NotFound', () => ec2.client.send(new DeleteSecurityGroupCommand({ GroupId: id }))),
  );
}
