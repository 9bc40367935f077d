// Adds rules to a security group and takes them away: all that a request names, or none.
import type { SecurityGroupRule, TagSpecification } from '@aws-sdk/client-ec2';
import { ApiError, required } from '../api/errors.ts';
import { ruleView } from '../views/group.ts';
import { findGroup, findGroupByName } from './find.ts';
import { type FlatPermission, requestedRules, ruleText, sameRule } from './rules.ts';
import type { Group, Rule, State } from './state.ts';
import { addTags, specifiedTags } from './tags.ts';

export interface PermissionRequest extends FlatPermission {
  readonly GroupId?: string | undefined;
  readonly GroupName?: string | undefined;
  readonly DryRun?: boolean | undefined;
  readonly TagSpecifications?: TagSpecification[] | undefined;
  readonly SecurityGroupRuleIds?: string[] | undefined;
}

/** The group that a request names. */
const groupOf = (input: PermissionRequest, state: State): Group =>
  input.GroupId === undefined && input.GroupName !== undefined
    ? findGroupByName(state, input.GroupName)
    : findGroup(state, required(input.GroupId, 'GroupId'));

/** EC2's quota: "Inbound or outbound rules per security group". */
const MOST_RULES = 60;

function checkRoom(group: Group, rules: readonly Rule[], egress: boolean): void {
  const there = group.rules.filter((rule) => rule.egress === egress).length;
  if (there + rules.length > MOST_RULES)
    throw new ApiError(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    );
}

/** Adds rules; `ready` is called when everything is checked. Throws InvalidPermission.Duplicate. */
export function authorize(
  state: State,
  input: PermissionRequest,
  egress: boolean,
  ready: () => void,
): SecurityGroupRule[] {
  const group = groupOf(input, state);
  const rules = requestedRules(input, egress, state);
  checkRoom(group, rules, egress);
  const double = rules.find(
    (rule, at) =>
      group.rules.some((one) => sameRule(one, rule)) || rules.slice(0, at).some((one) => sameRule(one, rule)),
  );
  if (double !== undefined)
    throw new ApiError(
      'InvalidPermission.Duplicate',
      `the specified rule "${ruleText(double)}" already exists`,
    );
  const tags = specifiedTags(input.TagSpecifications, 'security-group-rule');
  ready();
  group.rules.push(...rules);
  for (const rule of rules) addTags(state, rule.id, tags);
  return rules.map((rule) => ruleView(state, group, rule));
}

function namedById(group: Group, ids: readonly string[]): Rule[] {
  return ids.map((id) => {
    const rule = group.rules.find((one) => one.id === id);
    if (rule === undefined)
      throw new ApiError(
        'InvalidSecurityGroupRuleId.NotFound',
        `The security group rule ID '${id}' does not exist`,
      );
    return rule;
  });
}

function existing(group: Group, asked: readonly Rule[]): Rule[] {
  return asked.map((rule) => {
    const found = group.rules.find((one) => sameRule(one, rule));
    if (found === undefined)
      throw new ApiError(
        'InvalidPermission.NotFound',
        'The specified rule does not exist in this security group.',
      );
    return found;
  });
}

/** Takes rules away. Throws InvalidPermission.NotFound when one is not there. */
export function revoke(state: State, input: PermissionRequest, egress: boolean, ready: () => void): void {
  const group = groupOf(input, state);
  const ids = input.SecurityGroupRuleIds ?? [];
  const found =
    ids.length > 0 ? namedById(group, ids) : existing(group, requestedRules(input, egress, state));
  ready();
  group.rules = group.rules.filter((rule) => !found.includes(rule));
  for (const rule of found) delete state.tags[rule.id];
}
