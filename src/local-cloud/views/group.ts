// Security groups and their rules as EC2 shows them.
import type { IpPermission, SecurityGroup, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { ACCOUNT, VPC } from '../model/ids.ts';
import type { Group, Rule, State } from '../model/state.ts';
import { tagsOf } from './tags.ts';

const ports = (rule: Rule) => ({
  ...(rule.fromPort === undefined ? {} : { FromPort: rule.fromPort }),
  ...(rule.toPort === undefined ? {} : { ToPort: rule.toPort }),
});

const described = (rule: Rule) => (rule.description === undefined ? {} : { Description: rule.description });

/** Rules of the same protocol and ports become one permission. */
function permissions(rules: readonly Rule[]): IpPermission[] {
  const byPorts = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = `${rule.protocol} ${rule.fromPort} ${rule.toPort}`;
    byPorts.set(key, [...(byPorts.get(key) ?? []), rule]);
  }
  return [...byPorts.values()].map((same) => ({
    IpProtocol: same[0]?.protocol,
    ...(same[0] === undefined ? {} : ports(same[0])),
    IpRanges: same.flatMap((rule) =>
      rule.cidr === undefined ? [] : { CidrIp: rule.cidr, ...described(rule) },
    ),
    UserIdGroupPairs: same.flatMap((rule) =>
      rule.group === undefined ? [] : { GroupId: rule.group, UserId: ACCOUNT, ...described(rule) },
    ),
    Ipv6Ranges: [],
    PrefixListIds: [],
  }));
}

export const groupArn = (id: string, region: string): string =>
  `arn:aws:ec2:${region}:${ACCOUNT}:security-group/${id}`;

export const groupView = (state: State, group: Group, region: string): SecurityGroup => ({
  GroupId: group.id,
  GroupName: group.name,
  Description: group.description,
  OwnerId: ACCOUNT,
  VpcId: VPC,
  SecurityGroupArn: groupArn(group.id, region),
  IpPermissions: permissions(group.rules.filter((rule) => !rule.egress)),
  IpPermissionsEgress: permissions(group.rules.filter((rule) => rule.egress)),
  Tags: tagsOf(state, group.id),
});

/** One rule; a rule for every protocol has -1 as its ports. */
export const ruleView = (state: State, group: Group, rule: Rule): SecurityGroupRule => ({
  SecurityGroupRuleId: rule.id,
  GroupId: group.id,
  GroupOwnerId: ACCOUNT,
  IsEgress: rule.egress,
  IpProtocol: rule.protocol,
  FromPort: rule.fromPort ?? -1,
  ToPort: rule.toPort ?? -1,
  ...(rule.cidr === undefined ? {} : { CidrIpv4: rule.cidr }),
  ...(rule.group === undefined ? {} : { ReferencedGroupInfo: { GroupId: rule.group, UserId: ACCOUNT } }),
  ...described(rule),
  Tags: tagsOf(state, rule.id),
});
