// CreateSecurityGroup: a group that lets everything out and nothing in.
import {
  CreateSecurityGroup$,
  type CreateSecurityGroupRequest,
  type CreateSecurityGroupResult,
} from '@aws-sdk/client-ec2';
import { ApiError, required } from '../api/errors.ts';
import { checkLength } from '../api/text.ts';
import { findVpc } from '../model/find.ts';
import { VPC } from '../model/ids.ts';
import { newGroup } from '../model/store.ts';
import { addTags, specifiedTags } from '../model/tags.ts';
import { groupArn } from '../views/group.ts';
import { tagsOf } from '../views/tags.ts';
import { action, type Call, dryRun } from './action.ts';

function check(name: string, input: CreateSecurityGroupRequest, { state }: Call): void {
  if (input.VpcId !== undefined) findVpc(input.VpcId);
  checkLength(name, 255, 'GroupName');
  checkLength(input.Description ?? '', 255, 'GroupDescription');
  if (name.startsWith('sg-') || name === 'default')
    throw new ApiError('InvalidParameterValue', `Value (${name}) for parameter groupName is invalid.`);
  if (Object.values(state.groups).some((group) => group.name === name))
    throw new ApiError(
      'InvalidGroup.Duplicate',
      `The security group '${name}' already exists for VPC '${VPC}'`,
    );
}

function run(input: CreateSecurityGroupRequest, call: Call): CreateSecurityGroupResult {
  const name = required(input.GroupName, 'GroupName');
  const description = required(input.Description, 'GroupDescription');
  check(name, input, call);
  const tags = specifiedTags(input.TagSpecifications, 'security-group');
  dryRun(input);
  const group = { ...newGroup(name, description), made: call.cloud.now().toISOString() };
  call.state.groups[group.id] = group;
  addTags(call.state, group.id, tags);
  call.cloud.changed();
  return {
    GroupId: group.id,
    Tags: tagsOf(call.state, group.id),
    SecurityGroupArn: groupArn(group.id, call.region),
  };
}

export const CreateSecurityGroup = action(CreateSecurityGroup$, run);
