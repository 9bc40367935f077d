// PutObject.
import { PutObject$, type PutObjectRequest } from '@aws-sdk/client-s3';
import { answerOf } from '../bind.ts';
import { memberOf } from '../body/checksums.ts';
import { receive } from '../body/receive.ts';
import { checkWriting } from '../conditions.ts';
import type { Checksum, Version } from '../store/contents.ts';
import { action, nowOf } from './action.ts';
import { aboutOf, shownId, standingAt, versionIdFor } from './objects.ts';

/** The members of an answer that tell a checksum of the whole. */
export const shownChecksum = (checksum: Checksum | undefined): Record<string, string> =>
  checksum
    ? {
        [memberOf(checksum.algorithm)]: checksum.value,
        ChecksumType: checksum.value.includes('-') ? 'COMPOSITE' : 'FULL_OBJECT',
      }
    : {};

export const putObject = action<PutObjectRequest>(PutObject$, async (input, call) => {
  const { Bucket = '', Key = '' } = input;
  const bucket = await call.store.get(Bucket);
  const about = aboutOf(call);
  // Refused before a gigabyte is received, where it can be; the word that counts is the one below.
  checkWriting(input, standingAt(bucket.contents, Key));
  const { blob, md5, checksum } = await receive(call, bucket.blobs);
  const plain = { ...about, isMarker: false, size: blob.size, etag: md5, checksum, blobs: [blob] };
  let version: Version = { ...plain, id: 'null', modified: nowOf(call) };
  await bucket.bring([blob], (contents) => {
    checkWriting(input, standingAt(contents, Key));
    version = { ...plain, id: versionIdFor(contents), modified: nowOf(call) };
    return [{ do: 'put', key: Key, version }];
  });
  const shown = { ...shownId(bucket.contents, version.id), ...shownChecksum(checksum) };
  return answerOf(PutObject$, { ETag: `"${md5}"`, ...shown });
});
