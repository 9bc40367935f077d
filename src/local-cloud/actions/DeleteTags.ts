// DeleteTags: by key, by key and value, or all of a resource.
import { DeleteTags$, type DeleteTagsRequest, type Tag } from '@aws-sdk/client-ec2';
import { checkResource, namedResources } from '../model/tags.ts';
import { action, type Call, dryRun } from './action.ts';

const meets = (tag: Tag, key: string, value: string): boolean =>
  tag.Key === key && (tag.Value === undefined || tag.Value === value);

function run(input: DeleteTagsRequest, { cloud, state }: Call): void {
  const ids = namedResources(input.Resources);
  for (const id of ids) checkResource(state, id);
  dryRun(input);
  for (const id of ids) {
    const left = Object.entries(state.tags[id] ?? {}).filter(
      ([key, value]) => input.Tags !== undefined && !input.Tags.some((tag) => meets(tag, key, value)),
    );
    state.tags[id] = Object.fromEntries(left);
  }
  cloud.changed();
}

export const DeleteTags = action(DeleteTags$, run);
