// Tags as EC2 shows them.
import type { Tag } from '@aws-sdk/client-ec2';
import type { State } from '../model/state.ts';

/** The tags of a resource, in the order of their keys. */
export const tagsOf = (state: State, id: string): Tag[] =>
  Object.entries(state.tags[id] ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));
