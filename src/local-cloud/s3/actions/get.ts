// GetObject and HeadObject: the whole, a range or one part.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObject$, type GetObjectRequest, HeadObject$, type HeadObjectRequest } from '@aws-sdk/client-s3';
import { answerOf, headerValue } from '../bind.ts';
import { checkReading } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { type Range, rangeOf } from '../range.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Version } from '../store/contents.ts';
import { action, type Call } from './action.ts';
import { objectOf, shownId } from './objects.ts';
import { shownChecksum } from './put.ts';

type Wish = GetObjectRequest & HeadObjectRequest;

/** The bytes of one part; throws where there is no such part. */
function partRange(number: number, { blobs, size }: Version): Range {
  if (number < 1 || number > 10_000)
    throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  const blob = blobs[number - 1];
  if (!blob) throw new S3Error('InvalidRange', undefined, { 'content-range': `bytes */${size}` });
  const start = blobs.slice(0, number - 1).reduce((sum, one) => sum + one.size, 0);
  return { start, end: start + blob.size };
}

function wantedRange({ PartNumber, Range }: Wish, version: Version): Range | undefined {
  if (PartNumber === undefined) return rangeOf(Range, version.size);
  if (Range !== undefined)
    throw new S3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
  return partRange(PartNumber, version);
}

/** What the client wants the answer to be named instead of what is kept. */
function overrides({ query }: Call['place']): Record<string, string> {
  const wanted = [...query].filter(([name]) => name.startsWith('response-'));
  return Object.fromEntries(
    wanted.map(([name, value]) => [name.slice('response-'.length), headerValue(value)]),
  );
}

function headersOf(input: Wish, { place }: Call, bucket: Bucket, version: Version, range: Range | undefined) {
  const isWhole = range === undefined;
  const { headers } = answerOf(GetObject$, {
    AcceptRanges: 'bytes',
    ETag: `"${version.etag}"`,
    LastModified: new Date(version.modified),
    ContentLength: isWhole ? version.size : range.end - range.start,
    ...shownId(bucket.contents, version.id),
    ...(isWhole ? {} : { ContentRange: `bytes ${range.start}-${range.end - 1}/${version.size}` }),
    ...(version.tags.length > 0 ? { TagCount: version.tags.length } : {}),
    ...(input.PartNumber !== undefined && version.etag.includes('-')
      ? { PartsCount: version.blobs.length }
      : {}),
    // A checksum of the whole would not be that of a range.
    ...(isWhole && input.ChecksumMode === 'ENABLED' ? shownChecksum(version.checksum) : {}),
  });
  return { ...version.headers, ...headers, ...overrides(place) };
}

async function prepared(input: Wish, call: Call) {
  const { Bucket = '', Key = '' } = input;
  const bucket = await call.store.get(Bucket);
  const version = objectOf(bucket.contents, Key, input.VersionId);
  checkReading(input, version);
  const range = wantedRange(input, version);
  const headers = headersOf(input, call, bucket, version, range);
  return { bucket, version, range, headers, status: range ? 206 : 200 };
}

export const headObject = action<HeadObjectRequest>(HeadObject$, async (input, call) => {
  const { status, headers } = await prepared(input, call);
  call.response.writeHead(status, headers).end();
  return undefined;
});

export const getObject = action<GetObjectRequest>(GetObject$, async (input, call) => {
  const { bucket, version, range, status, headers } = await prepared(input, call);
  const { start, end } = range ?? { start: 0, end: version.size };
  // Nothing was awaited since the version was found, so that its files are there and stay.
  bucket.blobs.hold(version.blobs);
  try {
    call.response.writeHead(status, headers);
    await pipeline(Readable.from(bucket.blobs.read(version.blobs, start, end)), call.response);
  } finally {
    bucket.blobs.release(version.blobs);
  }
  return undefined;
});
