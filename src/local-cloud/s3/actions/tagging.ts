// The tags of an object: read, replaced, removed.
import {
  DeleteObjectTagging$,
  type DeleteObjectTaggingRequest,
  GetObjectTagging$,
  type GetObjectTaggingRequest,
  PutObjectTagging$,
  type PutObjectTaggingRequest,
  type Tagging,
  Tagging$,
} from '@aws-sdk/client-s3';
import { answerOf, documentIn } from '../bind.ts';
import type { Tag } from '../store/contents.ts';
import { action, type Call, documentOf } from './action.ts';
import { objectOf, shownId } from './objects.ts';
import { checkedTags } from './tags.ts';

interface Wish {
  readonly Bucket?: string | undefined;
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

async function retag({ Bucket = '', Key = '', VersionId }: Wish, { store }: Call, tags: readonly Tag[]) {
  const bucket = await store.get(Bucket);
  let id = 'null';
  await bucket.change((contents) => {
    id = objectOf(contents, Key, VersionId).id;
    return [{ do: 'tag', key: Key, id, tags }];
  });
  return shownId(bucket.contents, id);
}

export const getObjectTagging = action<GetObjectTaggingRequest>(
  GetObjectTagging$,
  async (input, { store }) => {
    const { contents } = await store.get(input.Bucket ?? '');
    const version = objectOf(contents, input.Key ?? '', input.VersionId);
    return answerOf(GetObjectTagging$, { TagSet: version.tags, ...shownId(contents, version.id) });
  },
);

export const putObjectTagging = action<PutObjectTaggingRequest>(PutObjectTagging$, async (input, call) => {
  const { TagSet = [] } = documentIn<Partial<Tagging>>(Tagging$, await documentOf(call), 'Tagging');
  return answerOf(PutObjectTagging$, await retag(input, call, checkedTags(TagSet as Tag[])));
});

export const deleteObjectTagging = action<DeleteObjectTaggingRequest>(
  DeleteObjectTagging$,
  async (input, call) => answerOf(DeleteObjectTagging$, await retag(input, call, [])),
);
