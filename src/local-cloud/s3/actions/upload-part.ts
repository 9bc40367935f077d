// UploadPart and UploadPartCopy.
import {
  UploadPart$,
  UploadPartCopy$,
  type UploadPartCopyRequest,
  type UploadPartRequest,
} from '@aws-sdk/client-s3';
import { answerOf } from '../bind.ts';
import { memberOf } from '../body/checksums.ts';
import { receive } from '../body/receive.ts';
import { S3Error } from '../errors.ts';
import { copyRangeOf } from '../range.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Blob, Checksum } from '../store/contents.ts';
import { action, type Call, nowOf } from './action.ts';
import { copied, sourceFor } from './copy.ts';
import { uploadOf } from './multipart.ts';

interface Wish {
  readonly Bucket?: string | undefined;
  readonly Key?: string | undefined;
  readonly UploadId?: string | undefined;
  readonly PartNumber?: number | undefined;
}

/** Throws InvalidArgument unless it is a whole number that a part may have. */
function numberOf({ PartNumber = 0 }: Wish): number {
  if (PartNumber >= 1 && PartNumber <= 10_000) return PartNumber;
  throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
}

async function bucketFor(wish: Wish, { store }: Call): Promise<Bucket> {
  numberOf(wish);
  const bucket = await store.get(wish.Bucket ?? '');
  uploadOf(bucket.contents, wish.UploadId, wish.Key);
  return bucket;
}

interface Got {
  readonly blob: Blob;
  readonly md5: string;
  readonly checksum?: Checksum | undefined;
}

async function keep(wish: Wish, call: Call, bucket: Bucket, { blob, md5, checksum }: Got): Promise<string> {
  const modified = nowOf(call);
  const part = { number: numberOf(wish), blob, etag: md5, modified, checksum };
  await bucket.bring([blob], (contents) => {
    const { id } = uploadOf(contents, wish.UploadId, wish.Key);
    return [{ do: 'part', upload: id, part }];
  });
  return modified;
}

export const uploadPart = action<UploadPartRequest>(UploadPart$, async (input, call) => {
  const bucket = await bucketFor(input, call);
  const got = await receive(call, bucket.blobs);
  await keep(input, call, bucket, got);
  const sum = got.checksum ? { [memberOf(got.checksum.algorithm)]: got.checksum.value } : {};
  return answerOf(UploadPart$, { ETag: `"${got.md5}"`, ...sum });
});

export const uploadPartCopy = action<UploadPartCopyRequest>(UploadPartCopy$, async (input, call) => {
  const bucket = await bucketFor(input, call);
  const source = await sourceFor(input, call);
  try {
    const got = await copied(source, bucket, copyRangeOf(input.CopySourceRange, source.version.size));
    const modified = await keep(input, call, bucket, got);
    return answerOf(UploadPartCopy$, {
      CopyPartResult: { ETag: `"${got.md5}"`, LastModified: new Date(modified) },
      ...(source.from.contents.versioning === undefined ? {} : { CopySourceVersionId: source.version.id }),
    });
  } finally {
    source.from.blobs.release(source.version.blobs);
  }
});
