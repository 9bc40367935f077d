// The filters of DescribeSecurityGroups and DescribeSecurityGroupRules, and what each sees.
import type { IpPermission, SecurityGroup, SecurityGroupRule, UserIdGroupPair } from '@aws-sdk/client-ec2';
import { type Fields, nothingBy, tagFields } from '../model/filters.ts';

/** A group as it is shown; in its rules other groups have their names, too, which an answer leaves out. */
export interface Shown extends SecurityGroup {
  readonly nameOf: (groupId: string | undefined) => string | undefined;
}

type Side = (group: Shown) => readonly IpPermission[];

/** The filters on rules of one direction, by what their names begin with. */
function ruleFields(prefix: string, side: Side): Fields<Shown> {
  const ranges = (group: Shown) => side(group).flatMap((rule) => rule.IpRanges ?? []);
  const peers = (look: (pair: UserIdGroupPair, group: Shown) => unknown) => (group: Shown) =>
    side(group).flatMap((rule) => (rule.UserIdGroupPairs ?? []).map((pair) => look(pair, group)));
  return {
    [`${prefix}.cidr`]: (group) => ranges(group).map((range) => range.CidrIp),
    [`${prefix}.from-port`]: (group) => side(group).map((rule) => rule.FromPort),
    [`${prefix}.group-id`]: peers((pair) => pair.GroupId),
    [`${prefix}.group-name`]: peers((pair, group) => group.nameOf(pair.GroupId)),
    [`${prefix}.protocol`]: (group) => side(group).map((rule) => rule.IpProtocol),
    [`${prefix}.to-port`]: (group) => side(group).map((rule) => rule.ToPort),
    [`${prefix}.user-id`]: peers((pair) => pair.UserId),
    ...nothingBy(`${prefix}.ipv6-cidr`, `${prefix}.prefix-list-id`),
  };
}

export const groupFields: Fields<Shown> = {
  ...tagFields,
  description: (group) => group.Description,
  'group-id': (group) => group.GroupId,
  'group-name': (group) => group.GroupName,
  'owner-id': (group) => group.OwnerId,
  'vpc-id': (group) => group.VpcId,
  ...ruleFields('ip-permission', (group) => group.IpPermissions ?? []),
  ...ruleFields('egress.ip-permission', (group) => group.IpPermissionsEgress ?? []),
};

export const groupRuleFields: Fields<SecurityGroupRule> = {
  ...tagFields,
  'group-id': (rule) => rule.GroupId,
  'security-group-rule-id': (rule) => rule.SecurityGroupRuleId,
};
