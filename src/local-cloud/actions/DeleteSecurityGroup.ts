// DeleteSecurityGroup: only one that nobody uses or names.
import {
  DeleteSecurityGroup$,
  type DeleteSecurityGroupRequest,
  type DeleteSecurityGroupResult,
} from '@aws-sdk/client-ec2';
import { ApiError, required } from '../api/errors.ts';
import { findGroup, findGroupByName } from '../model/find.ts';
import type { State } from '../model/state.ts';
import { action, type Call, dryRun } from './action.ts';

function isUsed(state: State, id: string): boolean {
  const byInstance = Object.values(state.instances).some(
    (one) => one.state !== 'terminated' && one.groupIds.includes(id),
  );
  const byRule = Object.values(state.groups).some(
    (group) => group.id !== id && group.rules.some((rule) => rule.group === id),
  );
  return byInstance || byRule;
}

function run(input: DeleteSecurityGroupRequest, { cloud, state }: Call): DeleteSecurityGroupResult {
  const group =
    input.GroupName !== undefined && input.GroupId === undefined
      ? findGroupByName(state, input.GroupName)
      : findGroup(state, required(input.GroupId, 'GroupId'));
  if (group.name === 'default')
    throw new ApiError(
      'CannotDelete',
      `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
    );
  if (isUsed(state, group.id))
    throw new ApiError('DependencyViolation', `resource ${group.id} has a dependent object`);
  dryRun(input);
  delete state.groups[group.id];
  delete state.tags[group.id];
  cloud.changed();
  return { Return: true, GroupId: group.id };
}

export const DeleteSecurityGroup = action(DeleteSecurityGroup$, run);
