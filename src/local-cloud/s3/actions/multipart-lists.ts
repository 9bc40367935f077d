// ListParts and ListMultipartUploads.
import {
  ListMultipartUploads$,
  type ListMultipartUploadsRequest,
  ListParts$,
  type ListPartsRequest,
} from '@aws-sdk/client-s3';
import { ACCOUNT } from '../../model/ids.ts';
import { answerOf, encoding } from '../bind.ts';
import { memberOf } from '../body/checksums.ts';
import { pageOf } from '../listing.ts';
import type { Contents, Part, Upload } from '../store/contents.ts';
import { compareKeys } from '../store/order.ts';
import { action } from './action.ts';
import { pageSize } from './list.ts';
import { uploadOf } from './multipart.ts';

const OWNER = { ID: ACCOUNT };

const partShown = ({ number, etag, modified, blob, checksum }: Part): object => ({
  PartNumber: number,
  ETag: `"${etag}"`,
  LastModified: new Date(modified),
  Size: blob.size,
  ...(checksum ? { [memberOf(checksum.algorithm)]: checksum.value } : {}),
});

export const listParts = action<ListPartsRequest>(ListParts$, async (input, { store }) => {
  const { Bucket = '', Key, UploadId } = input;
  const upload = uploadOf((await store.get(Bucket)).contents, UploadId, Key);
  const marker = Number(input.PartNumberMarker ?? 0) || 0;
  const max = pageSize(input.MaxParts);
  const behind = [...upload.parts.values()]
    .filter(({ number }) => number > marker)
    .sort((a, b) => a.number - b.number);
  const page = behind.slice(0, max);
  return answerOf(ListParts$, {
    Bucket,
    Key,
    UploadId,
    Initiator: OWNER,
    Owner: OWNER,
    StorageClass: 'STANDARD',
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: max,
    IsTruncated: behind.length > max,
    Parts: page.map(partShown),
    ...(upload.algorithm ? { ChecksumAlgorithm: upload.algorithm.toUpperCase() } : {}),
  });
});

/** By key, then by the time they began. */
function sorted({ uploads }: Contents): Upload[] {
  return [...uploads.values()].sort(
    (a, b) => compareKeys(a.key, b.key) || compareKeys(a.initiated + a.id, b.initiated + b.id),
  );
}

function isBehind(
  upload: Upload,
  all: readonly Upload[],
  { KeyMarker = '', UploadIdMarker }: ListMultipartUploadsRequest,
) {
  const order = compareKeys(upload.key, KeyMarker);
  if (order !== 0 || UploadIdMarker === undefined) return order > 0;
  const marker = all.findIndex(({ id }) => id === UploadIdMarker);
  return marker >= 0 && all.indexOf(upload) > marker;
}

type Row = { readonly upload: Upload } | { readonly prefix: string };

/** The uploads of one page and its common prefixes, one more than fits where there are more. */
function rowsOf(contents: Contents, input: ListMultipartUploadsRequest, max: number): Row[] {
  const all = sorted(contents);
  const left = all.filter((upload) => isBehind(upload, all, input));
  const keys = [...new Set(left.map(({ key }) => key))];
  const wish = {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter ?? '',
    after: input.KeyMarker ?? '',
    isAfterIncluded: true,
    max: max + 1,
  };
  const rows = pageOf(keys, wish, () => true).items.flatMap((item): Row[] => {
    // A prefix that ended the page before is not told twice.
    if ('prefix' in item) return item.prefix === input.KeyMarker ? [] : [item];
    return left.filter(({ key }) => key === item.key).map((upload) => ({ upload }));
  });
  return rows.slice(0, max + 1);
}

function nextOf(last: Row | undefined, write: (key: string) => string): object {
  if (!last) return {};
  return 'prefix' in last
    ? { NextKeyMarker: write(last.prefix) }
    : { NextKeyMarker: write(last.upload.key), NextUploadIdMarker: last.upload.id };
}

export const listMultipartUploads = action<ListMultipartUploadsRequest>(
  ListMultipartUploads$,
  async (input, { store }) => {
    const { contents } = await store.get(input.Bucket ?? '');
    const write = encoding(input.EncodingType);
    const max = pageSize(input.MaxUploads);
    const rows = max === 0 ? [] : rowsOf(contents, input, max);
    const page = rows.slice(0, max);
    return answerOf(ListMultipartUploads$, {
      Bucket: input.Bucket,
      KeyMarker: write(input.KeyMarker ?? ''),
      UploadIdMarker: input.UploadIdMarker ?? '',
      Prefix: write(input.Prefix ?? ''),
      ...(input.Delimiter ? { Delimiter: write(input.Delimiter) } : {}),
      MaxUploads: max,
      EncodingType: input.EncodingType,
      IsTruncated: rows.length > max,
      ...(rows.length > max ? nextOf(page.at(-1), write) : {}),
      Uploads: page.flatMap((row) =>
        'upload' in row
          ? {
              Key: write(row.upload.key),
              UploadId: row.upload.id,
              Initiated: new Date(row.upload.initiated),
              StorageClass: 'STANDARD',
              Owner: OWNER,
              Initiator: OWNER,
            }
          : [],
      ),
      CommonPrefixes: page.flatMap((row) => ('prefix' in row ? { Prefix: write(row.prefix) } : [])),
    });
  },
);
