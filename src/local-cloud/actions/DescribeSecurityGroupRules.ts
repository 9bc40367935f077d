// DescribeSecurityGroupRules: permissions one by one, with their ids.
import {
  DescribeSecurityGroupRules$,
  type DescribeSecurityGroupRulesRequest,
  type DescribeSecurityGroupRulesResult,
} from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { groupRuleFields } from '../filters/groups.ts';
import { filtered } from '../model/filters.ts';
import { page } from '../model/pages.ts';
import { ruleView } from '../views/group.ts';
import { action, type Call } from './action.ts';

function run(input: DescribeSecurityGroupRulesRequest, { state }: Call): DescribeSecurityGroupRulesResult {
  const all = Object.values(state.groups).flatMap((group) =>
    group.rules.map((rule) => ruleView(state, group, rule)),
  );
  const ids = input.SecurityGroupRuleIds ?? [];
  const absent = ids.find((id) => all.every((rule) => rule.SecurityGroupRuleId !== id));
  if (absent !== undefined)
    throw new ApiError(
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID '${absent}' does not exist`,
    );
  const named = ids.length > 0 ? all.filter((rule) => ids.includes(rule.SecurityGroupRuleId ?? '')) : all;
  const views = filtered(named, input.Filters, groupRuleFields);
  views.sort((a, b) => ((a.SecurityGroupRuleId ?? '') < (b.SecurityGroupRuleId ?? '') ? -1 : 1));
  const { items, next } = page(views, input, (one) => one.SecurityGroupRuleId ?? '');
  return { SecurityGroupRules: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeSecurityGroupRules = action(DescribeSecurityGroupRules$, run, groupRuleFields);
