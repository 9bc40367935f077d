// CreateTags: on any resource of this cloud, on all that are named or on none.
import { CreateTags$, type CreateTagsRequest } from '@aws-sdk/client-ec2';
import { required } from '../api/errors.ts';
import { addTags, checkResource, namedResources, tagRecord } from '../model/tags.ts';
import { action, type Call, dryRun } from './action.ts';

function run(input: CreateTagsRequest, { cloud, state }: Call): void {
  const ids = namedResources(input.Resources);
  const tags = tagRecord(required(input.Tags, 'Tag'));
  for (const id of ids) checkResource(state, id);
  dryRun(input);
  for (const id of ids) addTags(state, id, tags);
  cloud.changed();
}

export const CreateTags = action(CreateTags$, run);
