// ListObjectVersions: every version and delete marker, newest first within a key.
import { ListObjectVersions$, type ListObjectVersionsRequest } from '@aws-sdk/client-s3';
import { ACCOUNT } from '../../model/ids.ts';
import { answerOf, encoding } from '../bind.ts';
import { S3Error } from '../errors.ts';
import { pageOf } from '../listing.ts';
import type { Contents, Version } from '../store/contents.ts';
import { action } from './action.ts';
import { pageSize } from './list.ts';

type Row = { readonly key: string; readonly version: Version } | { readonly prefix: string };

/** Behind the marker within its own key; all of another. */
function versionsBehind(
  contents: Contents,
  key: string,
  input: ListObjectVersionsRequest,
): readonly Version[] {
  const all = contents.versions(key);
  if (key !== input.KeyMarker || input.VersionIdMarker === undefined) return all;
  const at = all.findIndex(({ id }) => id === input.VersionIdMarker);
  return at < 0 ? [] : all.slice(at + 1);
}

function rowsOf(contents: Contents, input: ListObjectVersionsRequest, max: number): Row[] {
  const { items } = pageOf(
    contents.keys,
    {
      prefix: input.Prefix ?? '',
      delimiter: input.Delimiter ?? '',
      after: input.KeyMarker ?? '',
      isAfterIncluded: input.VersionIdMarker !== undefined,
      max: max + 1,
    },
    (key) => versionsBehind(contents, key, input).length > 0,
  );
  return items
    .flatMap((item): Row[] =>
      'prefix' in item
        ? [item]
        : versionsBehind(contents, item.key, input).map((version) => ({ key: item.key, version })),
    )
    .slice(0, max + 1);
}

function written(contents: Contents, key: string, version: Version, write: (key: string) => string): object {
  return {
    Key: write(key),
    VersionId: version.id,
    IsLatest: contents.newest(key) === version,
    LastModified: new Date(version.modified),
    Owner: { ID: ACCOUNT },
    ...(version.isMarker ? {} : { ETag: `"${version.etag}"`, Size: version.size, StorageClass: 'STANDARD' }),
  };
}

function nextOf(last: Row | undefined, write: (key: string) => string): object {
  if (!last) return {};
  return 'prefix' in last
    ? { NextKeyMarker: write(last.prefix) }
    : { NextKeyMarker: write(last.key), NextVersionIdMarker: last.version.id };
}

export const listObjectVersions = action<ListObjectVersionsRequest>(
  ListObjectVersions$,
  async (input, { store }) => {
    if (input.VersionIdMarker !== undefined && !input.KeyMarker)
      throw new S3Error('InvalidArgument', 'A version-id marker cannot be specified without a key marker.');
    const { contents } = await store.get(input.Bucket ?? '');
    const write = encoding(input.EncodingType);
    const max = pageSize(input.MaxKeys);
    const rows = max === 0 ? [] : rowsOf(contents, input, max);
    const page = rows.slice(0, max);
    const entries = (isMarker: boolean): object[] =>
      page.flatMap((row) =>
        'version' in row && row.version.isMarker === isMarker
          ? written(contents, row.key, row.version, write)
          : [],
      );
    return answerOf(ListObjectVersions$, {
      Name: input.Bucket,
      Prefix: write(input.Prefix ?? ''),
      KeyMarker: write(input.KeyMarker ?? ''),
      VersionIdMarker: input.VersionIdMarker ?? '',
      ...(input.Delimiter ? { Delimiter: write(input.Delimiter) } : {}),
      MaxKeys: max,
      EncodingType: input.EncodingType,
      IsTruncated: rows.length > max,
      ...(rows.length > max ? nextOf(page.at(-1), write) : {}),
      Versions: entries(false),
      DeleteMarkers: entries(true),
      CommonPrefixes: page.flatMap((row) => ('prefix' in row ? { Prefix: write(row.prefix) } : [])),
    });
  },
);
