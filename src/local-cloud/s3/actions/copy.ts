// CopyObject, and what is common with UploadPartCopy: finding the source.
import { createHash } from 'node:crypto';
import { CopyObject$, type CopyObjectRequest, type UploadPartCopyRequest } from '@aws-sdk/client-s3';
import { answerOf } from '../bind.ts';
import { checkCopying, checkWriting } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { checkForeign, sourceOf } from '../place.ts';
import type { Range } from '../range.ts';
import type { Bucket } from '../store/bucket.ts';
import type { About, Blob, Version } from '../store/contents.ts';
import { action, type Call, nowOf } from './action.ts';
import { aboutOf, objectOf, shownId, standingAt, versionIdFor } from './objects.ts';
import { shownChecksum } from './put.ts';

/** Of one copied object or part, in bytes. */
const LARGEST = 5 * 1024 ** 3;

export interface Source {
  readonly from: Bucket;
  readonly version: Version;
}

/** The object that is copied, held: whoever asks releases it. */
export async function sourceFor(
  input: CopyObjectRequest | UploadPartCopyRequest,
  { store }: Call,
): Promise<Source> {
  const { bucket, key, version: id } = sourceOf(input.CopySource ?? '');
  checkForeign(bucket);
  const from = await store.get(bucket);
  const version = objectOf(from.contents, key, id);
  checkCopying(
    {
      IfMatch: input.CopySourceIfMatch,
      IfNoneMatch: input.CopySourceIfNoneMatch,
      IfModifiedSince: input.CopySourceIfModifiedSince,
      IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    version,
  );
  from.blobs.hold(version.blobs);
  return { from, version };
}

/** A new blob in `to` with these bytes of the source. */
export async function copied(
  { from, version }: Source,
  to: Bucket,
  range: Range,
): Promise<{ blob: Blob; md5: string }> {
  if (range.end - range.start > LARGEST)
    throw new S3Error(
      'InvalidRequest',
      'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
    );
  const [only] = version.blobs;
  // One file, whole: another name for it is enough.
  if (
    only &&
    version.blobs.length === 1 &&
    range.start === 0 &&
    range.end === only.size &&
    !version.etag.includes('-')
  )
    return { blob: await to.blobs.share(from.blobs, only), md5: version.etag };
  const hash = createHash('md5');
  const content = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of from.blobs.read(version.blobs, range.start, range.end)) {
      hash.update(chunk);
      yield chunk;
    }
  };
  return { blob: await to.blobs.write(content()), md5: hash.digest('hex') };
}

function directive(text: string | undefined, what: string): boolean {
  if (text !== undefined && text !== 'COPY' && text !== 'REPLACE')
    throw new S3Error('InvalidArgument', `Unknown ${what} directive.`);
  return text === 'REPLACE';
}

/** What the copy is said to be: as the source, or as the request says. */
function aboutCopy(input: CopyObjectRequest, call: Call, { from, version }: Source): About {
  const isNew = directive(input.MetadataDirective, 'metadata');
  const isNewlyTagged = directive(input.TaggingDirective, 'tagging');
  const isItself = from.name === input.Bucket && call.place.key === sourceOf(input.CopySource ?? '').key;
  if (isItself && !isNew && !sourceOf(input.CopySource ?? '').version)
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  const { headers, tags } = aboutOf(call);
  return { headers: isNew ? headers : version.headers, tags: isNewlyTagged ? tags : version.tags };
}

async function copy(input: CopyObjectRequest, call: Call, source: Source) {
  const { Bucket = '', Key = '' } = input;
  const about = aboutCopy(input, call, source);
  const to = await call.store.get(Bucket);
  const { blob, md5 } = await copied(source, to, { start: 0, end: source.version.size });
  const checksum = source.version.checksum?.value.includes('-') ? undefined : source.version.checksum;
  const plain = { ...about, isMarker: false, size: blob.size, etag: md5, checksum, blobs: [blob] };
  let version: Version = { ...plain, id: 'null', modified: nowOf(call) };
  await to.bring([blob], (contents) => {
    checkWriting(input, standingAt(contents, Key));
    version = { ...version, id: versionIdFor(contents), modified: nowOf(call) };
    return [{ do: 'put', key: Key, version }];
  });
  return { to, version };
}

export const copyObject = action<CopyObjectRequest>(CopyObject$, async (input, call) => {
  const source = await sourceFor(input, call);
  try {
    const { to, version } = await copy(input, call, source);
    const { ChecksumType: _, ...sums } = shownChecksum(version.checksum);
    const { contents } = source.from;
    return answerOf(CopyObject$, {
      CopyObjectResult: { ETag: `"${version.etag}"`, LastModified: new Date(version.modified), ...sums },
      ...shownId(to.contents, version.id),
      ...(contents.versioning === undefined ? {} : { CopySourceVersionId: source.version.id }),
    });
  } finally {
    source.from.blobs.release(source.version.blobs);
  }
});
