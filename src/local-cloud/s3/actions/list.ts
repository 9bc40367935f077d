// ListObjects, both versions.
import {
  ListObjects$,
  type ListObjectsRequest,
  ListObjectsV2$,
  type ListObjectsV2Request,
} from '@aws-sdk/client-s3';
import { ACCOUNT } from '../../model/ids.ts';
import { answerOf, encoding } from '../bind.ts';
import { S3Error } from '../errors.ts';
import { lastOf, type Page, pageOf } from '../listing.ts';
import type { Contents } from '../store/contents.ts';
import { action } from './action.ts';
import { standingAt } from './objects.ts';

const MOST = 1000;
/** Tells our tokens from what is none. */
const TOKEN = 'behind:';

/** What a page may hold at most, of a number that was asked for. */
export const pageSize = (asked: number | undefined): number => Math.min(asked ?? MOST, MOST);

/** The page, as both versions of the listing and that of versions write it. */
function written(contents: Contents, { items }: Page, write: (key: string) => string, owner: object) {
  return {
    Contents: items.flatMap((item) => {
      const version = 'key' in item ? standingAt(contents, item.key) : undefined;
      if (!version || !('key' in item)) return [];
      return {
        Key: write(item.key),
        LastModified: new Date(version.modified),
        ETag: `"${version.etag}"`,
        Size: version.size,
        StorageClass: 'STANDARD',
        ...(version.checksum ? { ChecksumAlgorithm: [version.checksum.algorithm.toUpperCase()] } : {}),
        ...owner,
      };
    }),
    CommonPrefixes: items.flatMap((item) => ('prefix' in item ? { Prefix: write(item.prefix) } : [])),
  };
}

const OWNER = { Owner: { ID: ACCOUNT } };

function listed(contents: Contents, input: ListObjectsRequest | ListObjectsV2Request, after: string) {
  const { Prefix: prefix = '', Delimiter: delimiter = '' } = input;
  const max = pageSize(input.MaxKeys);
  const page = pageOf(
    contents.keys,
    { prefix, delimiter, after, max },
    (key) => standingAt(contents, key) !== undefined,
  );
  const write = encoding(input.EncodingType);
  const common = {
    Name: input.Bucket,
    Prefix: write(prefix),
    ...(delimiter ? { Delimiter: write(delimiter) } : {}),
    MaxKeys: max,
    IsTruncated: page.isTruncated,
    EncodingType: input.EncodingType,
  };
  return { page, write, common };
}

export const listObjects = action<ListObjectsRequest>(ListObjects$, async (input, { store }) => {
  const { contents } = await store.get(input.Bucket ?? '');
  const { page, write, common } = listed(contents, input, input.Marker ?? '');
  // Without a delimiter the last key serves as marker; with one, it may be a prefix.
  const next = page.isTruncated && input.Delimiter ? { NextMarker: write(lastOf(page) ?? '') } : {};
  const marker = write(input.Marker ?? '');
  return answerOf(ListObjects$, {
    ...common,
    Marker: marker,
    ...next,
    ...written(contents, page, write, OWNER),
  });
});

const tokenFor = (key: string): string => Buffer.from(`${TOKEN}${key}`).toString('base64url');

function behind(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith(TOKEN))
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
  return text.slice(TOKEN.length);
}

export const listObjectsV2 = action<ListObjectsV2Request>(ListObjectsV2$, async (input, call) => {
  if (call.place.query.get('list-type') !== '2')
    throw new S3Error('InvalidArgument', 'Invalid List Type specified in Request');
  const { contents } = await call.store.get(input.Bucket ?? '');
  const after = behind(input.ContinuationToken) ?? input.StartAfter ?? '';
  const { page, write, common } = listed(contents, input, after);
  return answerOf(ListObjectsV2$, {
    ...common,
    KeyCount: page.items.length,
    ContinuationToken: input.ContinuationToken,
    ...(input.StartAfter === undefined ? {} : { StartAfter: write(input.StartAfter) }),
    ...(page.isTruncated ? { NextContinuationToken: tokenFor(lastOf(page) ?? '') } : {}),
    ...written(contents, page, write, input.FetchOwner ? OWNER : {}),
  });
});
