// Multipart uploads: begun, put together, given up.
import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUpload$,
  type AbortMultipartUploadRequest,
  type CompletedMultipartUpload,
  CompletedMultipartUpload$,
  type CompletedPart,
  CompleteMultipartUpload$,
  type CompleteMultipartUploadRequest,
  CreateMultipartUpload$,
  type CreateMultipartUploadRequest,
} from '@aws-sdk/client-s3';
import { answerOf, documentIn } from '../bind.ts';
import { checksumIn, composite, memberOf, sumOf } from '../body/checksums.ts';
import { bare, checkWriting } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Checksum, Contents, Part, Upload, Version } from '../store/contents.ts';
import { action, type Call, documentOf, LONG_DOCUMENT, nowOf } from './action.ts';
import { aboutOf, shownId, standingAt, versionIdFor } from './objects.ts';
import { shownChecksum } from './put.ts';

/** Of every part but the last, in bytes (AWS: "Amazon S3 multipart upload limits"). */
const SMALLEST = 5 * 1024 ** 2;
const MOST = 10_000;
/** Of the document that completes an upload: eight for each part, and some around them. */
const MOST_TAGS = 9 * MOST;

/** The upload of this key; throws NoSuchUpload. */
export function uploadOf(contents: Contents, id: string | undefined, key: string | undefined): Upload {
  const upload = contents.uploads.get(id ?? '');
  if (upload?.key !== key || !upload) throw new S3Error('NoSuchUpload');
  return upload;
}

export const createMultipartUpload = action<CreateMultipartUploadRequest>(
  CreateMultipartUpload$,
  async (input, call) => {
    const { Bucket = '', Key = '' } = input;
    const bucket = await call.store.get(Bucket);
    const algorithm = input.ChecksumAlgorithm?.toLowerCase();
    if (algorithm !== undefined) sumOf(algorithm);
    const isComposite = input.ChecksumType !== 'FULL_OBJECT' && algorithm !== 'crc64nvme';
    const id = randomBytes(32).toString('base64url');
    const upload = { ...aboutOf(call), id, key: Key, initiated: nowOf(call), algorithm, isComposite };
    await bucket.change(() => [{ do: 'upload', upload }]);
    return answerOf(CreateMultipartUpload$, {
      Bucket,
      Key,
      UploadId: id,
      ...(algorithm ? { ChecksumAlgorithm: algorithm.toUpperCase() } : {}),
      ...(algorithm ? { ChecksumType: isComposite ? 'COMPOSITE' : 'FULL_OBJECT' } : {}),
    });
  },
);

function partFor(wished: CompletedPart, { parts }: Upload): Part {
  const part = parts.get(wished.PartNumber ?? 0);
  if (!part || bare(wished.ETag ?? '') !== part.etag) throw new S3Error('InvalidPart');
  if (!part.checksum) return part;
  const claimed = (wished as Record<string, unknown>)[memberOf(part.checksum.algorithm)];
  if (claimed !== undefined && claimed !== part.checksum.value) throw new S3Error('InvalidPart');
  return part;
}

/** The parts that the document names; throws MalformedXML, InvalidPart, InvalidPartOrder or EntityTooSmall. */
function partsFor(wished: readonly CompletedPart[], upload: Upload): Part[] {
  const isWhole = ({ PartNumber, ETag }: CompletedPart) => Number.isInteger(PartNumber) && Boolean(ETag);
  if (wished.length === 0 || wished.length > MOST || !wished.every(isWhole))
    throw new S3Error('MalformedXML');
  const numbers = wished.map(({ PartNumber = 0 }) => PartNumber);
  if (numbers.some((number, at) => at > 0 && number <= (numbers[at - 1] ?? 0)))
    throw new S3Error('InvalidPartOrder');
  const parts = wished.map((one) => partFor(one, upload));
  if (parts.slice(0, -1).some(({ blob }) => blob.size < SMALLEST)) throw new S3Error('EntityTooSmall');
  return parts;
}

function etagOf(parts: readonly Part[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(Buffer.from(etag, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}

/** Reads the whole once more, which is done only where its client sends a checksum of the whole. */
async function checkedWhole(bucket: Bucket, parts: readonly Part[], claimed: Checksum): Promise<Checksum> {
  const blobs = parts.map(({ blob }) => blob);
  const sum = sumOf(claimed.algorithm);
  bucket.blobs.hold(blobs);
  try {
    for await (const chunk of bucket.blobs.read(blobs, 0, Number.MAX_SAFE_INTEGER)) sum.update(chunk);
  } finally {
    bucket.blobs.release(blobs);
  }
  const value = Buffer.from(await sum.digest()).toString('base64');
  if (value !== claimed.value) throw new S3Error('BadDigest');
  return { ...claimed, value };
}

async function wholeChecksum(
  call: Call,
  bucket: Bucket,
  { algorithm, isComposite }: Upload,
  parts: readonly Part[],
) {
  const claimed = checksumIn(Object.entries(call.headers));
  if (claimed && !isComposite) return checkedWhole(bucket, parts, claimed);
  const sums = parts.flatMap(({ checksum }) => (checksum?.algorithm === algorithm ? (checksum ?? []) : []));
  if (algorithm === undefined || !isComposite || sums.length < parts.length) return undefined;
  const whole = await composite(algorithm, sums);
  if (claimed && bare(claimed.value) !== whole.value.replace(/-\d+$/, '') && claimed.value !== whole.value)
    throw new S3Error('BadDigest');
  return whole;
}

function wholeOf({ headers, tags }: Upload, parts: readonly Part[], checksum: Checksum | undefined) {
  const blobs = parts.map(({ blob }) => blob);
  const size = blobs.reduce((sum, blob) => sum + blob.size, 0);
  return { headers, tags, checksum, blobs, size, etag: etagOf(parts), isMarker: false };
}

async function complete(input: CompleteMultipartUploadRequest, call: Call, bucket: Bucket): Promise<Version> {
  const { Key = '', UploadId = '' } = input;
  const bytes = await documentOf({ ...call, headers: withoutSums(call.headers) }, LONG_DOCUMENT);
  const document = documentIn<CompletedMultipartUpload>(
    CompletedMultipartUpload$,
    bytes,
    'CompleteMultipartUpload',
    MOST_TAGS,
  );
  const upload = uploadOf(bucket.contents, UploadId, Key);
  const parts = partsFor(document.Parts ?? [], upload);
  const whole = wholeOf(upload, parts, await wholeChecksum(call, bucket, upload, parts));
  let version: Version = { ...whole, id: 'null', modified: nowOf(call) };
  await bucket.change((contents) => {
    // A part that was sent again meanwhile is another one.
    if (
      partsFor(document.Parts ?? [], uploadOf(contents, UploadId, Key)).some((part, at) => part !== parts[at])
    )
      throw new S3Error('InvalidPart');
    checkWriting(input, standingAt(contents, Key));
    version = { ...version, id: versionIdFor(contents) };
    return [{ do: 'put', key: Key, version, upload: UploadId }];
  });
  return version;
}

/** Checksums that come with the document are of the object, not of the document. */
const withoutSums = (headers: Call['headers']): Call['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-checksum-')));

export const completeMultipartUpload = action<CompleteMultipartUploadRequest>(
  CompleteMultipartUpload$,
  async (input, call) => {
    const { Bucket = '', Key = '' } = input;
    const bucket = await call.store.get(Bucket);
    uploadOf(bucket.contents, input.UploadId, Key);
    const version = await complete(input, call, bucket);
    return answerOf(CompleteMultipartUpload$, {
      Location: `http://${call.headers['host'] ?? ''}/${Bucket}/${encodeURIComponent(Key)}`,
      Bucket,
      Key,
      ETag: `"${version.etag}"`,
      ...shownChecksum(version.checksum),
      ...shownId(bucket.contents, version.id),
    });
  },
);

export const abortMultipartUpload = action<AbortMultipartUploadRequest>(
  AbortMultipartUpload$,
  async ({ Bucket = '', Key, UploadId = '' }, { store }) => {
    const bucket = await store.get(Bucket);
    await bucket.change((contents) => {
      uploadOf(contents, UploadId, Key);
      return [{ do: 'abort', upload: UploadId }];
    });
    return answerOf(AbortMultipartUpload$, {});
  },
);
