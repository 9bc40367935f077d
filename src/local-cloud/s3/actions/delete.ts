// DeleteObject and DeleteObjects.
import {
  type Delete,
  Delete$,
  DeleteObject$,
  type DeleteObjectRequest,
  DeleteObjects$,
  type DeleteObjectsRequest,
  type ObjectIdentifier,
} from '@aws-sdk/client-s3';
import { answerOf, documentIn } from '../bind.ts';
import { checkWriting } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { checkedKey } from '../place.ts';
import type { Bucket } from '../store/bucket.ts';
import { action, type Call, documentOf, LONG_DOCUMENT, nowOf } from './action.ts';
import { type Removal, removal, standingAt } from './objects.ts';

const MOST = 1000;
/** Of the document: twelve for each object, and some around them. */
const MOST_TAGS = 13 * MOST;

async function remove(bucket: Bucket, input: DeleteObjectRequest, call: Call): Promise<Removal> {
  let done: Removal = { entry: undefined, id: undefined, isMarker: false };
  const { Key = '' } = input;
  await bucket.change((contents) => {
    if (input.IfMatch !== undefined) checkWriting({ IfMatch: input.IfMatch }, standingAt(contents, Key));
    done = removal(contents, Key, input.VersionId, nowOf(call));
    return done.entry ? [done.entry] : [];
  });
  return done;
}

export const deleteObject = action<DeleteObjectRequest>(DeleteObject$, async (input, call) => {
  const bucket = await call.store.get(input.Bucket ?? '');
  const { id, isMarker } = await remove(bucket, input, call);
  return answerOf(DeleteObject$, {
    ...(id === undefined ? {} : { VersionId: id }),
    ...(isMarker ? { DeleteMarker: true } : {}),
  });
});

function told({ Key, VersionId }: ObjectIdentifier, { id, isMarker }: Removal): object {
  if (VersionId !== undefined)
    return { Key, VersionId, ...(isMarker ? { DeleteMarker: true, DeleteMarkerVersionId: id } : {}) };
  return { Key, ...(isMarker ? { DeleteMarker: true, DeleteMarkerVersionId: id } : {}) };
}

function wishOf(bytes: Buffer): { objects: readonly ObjectIdentifier[]; isQuiet: boolean } {
  const { Objects = [], Quiet = false } = documentIn<Partial<Delete>>(Delete$, bytes, 'Delete', MOST_TAGS);
  if (Objects.length === 0 || Objects.length > MOST || Objects.some(({ Key }) => !Key))
    throw new S3Error('MalformedXML');
  return { objects: Objects, isQuiet: Quiet };
}

/** Either what was deleted or why not. */
async function each(
  bucket: Bucket,
  one: ObjectIdentifier,
  call: Call,
): Promise<{ done: object } | { error: object }> {
  const Key = checkedKey(one.Key ?? '');
  const wish = { Bucket: bucket.name, Key, VersionId: one.VersionId, IfMatch: one.ETag };
  try {
    return { done: told(one, await remove(bucket, wish as DeleteObjectRequest, call)) };
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return { error: { Key, VersionId: one.VersionId, Code: error.code, Message: error.message } };
  }
}

export const deleteObjects = action<DeleteObjectsRequest>(DeleteObjects$, async ({ Bucket = '' }, call) => {
  const { objects, isQuiet } = wishOf(await documentOf(call, LONG_DOCUMENT));
  const bucket = await call.store.get(Bucket);
  const results = [];
  for (const one of objects) results.push(await each(bucket, one, call));
  return answerOf(DeleteObjects$, {
    Deleted: isQuiet ? [] : results.flatMap((one) => ('done' in one ? one.done : [])),
    Errors: results.flatMap((one) => ('error' in one ? one.error : [])),
  });
});
