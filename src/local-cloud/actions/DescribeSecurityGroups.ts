// DescribeSecurityGroups: groups with their permissions.
import {
  DescribeSecurityGroups$,
  type DescribeSecurityGroupsRequest,
  type DescribeSecurityGroupsResult,
} from '@aws-sdk/client-ec2';
import { groupFields } from '../filters/groups.ts';
import { filtered } from '../model/filters.ts';
import { findGroup, findGroupByName } from '../model/find.ts';
import { page } from '../model/pages.ts';
import { own } from '../own.ts';
import { groupView } from '../views/group.ts';
import { action, type Call } from './action.ts';

function run(input: DescribeSecurityGroupsRequest, { state, region }: Call): DescribeSecurityGroupsResult {
  const named = [
    ...(input.GroupIds ?? []).map((id) => findGroup(state, id)),
    ...(input.GroupNames ?? []).map((name) => findGroupByName(state, name)),
  ];
  const chosen = named.length > 0 ? named : Object.values(state.groups);
  const nameOf = (id = ''): string | undefined => own(state.groups, id)?.name;
  const views = filtered(
    chosen.map((one) => ({ ...groupView(state, one, region), nameOf })),
    input.Filters,
    groupFields,
  );
  views.sort((a, b) => ((a.GroupId ?? '') < (b.GroupId ?? '') ? -1 : 1));
  const { items, next } = page(views, input, (one) => one.GroupId ?? '');
  return { SecurityGroups: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeSecurityGroups = action(DescribeSecurityGroups$, run, groupFields);
